package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import io.tollroute.x402.RouteNode;
import io.tollroute.x402.X402Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** The processors that {@code routes/manage.camel.yaml} refers to. */
public final class Management {

  private static final Set<String> REFUND = Set.of("cents", "note", "excess", "transaction");
  private static final long CHAIN_SECONDS = 24 * 3600;

  private final BackofficeJson writer = new BackofficeJson();
  private final JsonMapper json = new JsonMapper();
  private final Backoffice backoffice;
  private final Listings listings;
  private final X402Settings x402;
  private final Others others;
  private final Clock clock;

  /**
   * Where the books of others are.
   *
   * @param facilitatorRecord whether the facilitator has a listing that can be asked for
   * @param chain whether a node of the chain can be asked
   */
  public record Others(boolean facilitatorRecord, boolean chain) {}

  private Management(
      Backoffice backoffice, Listings listings, X402Settings x402, Others others, Clock clock) {
    this.backoffice = backoffice;
    this.listings = listings;
    this.x402 = x402;
    this.others = others;
    this.clock = clock;
  }

  /** Processors by bean name. */
  public static Map<String, Object> with(
      Backoffice backoffice,
      Listings listings,
      DecideCharge decide,
      X402Settings x402,
      Others others,
      Clock clock) {
    Management management = new Management(backoffice, listings, x402, others, clock);
    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put("managePayments", new ManageStep((question, at) -> management.payments(question)));
    beans.put("managePayment", new ManageStep((question, at) -> management.payment(question)));
    beans.put(
        "manageRefundPayment",
        new ManageStep((question, at) -> management.refundPayment(question)));
    beans.put("managePaid", new ManageStep((question, at) -> management.paid(question)));
    beans.put("manageCharges", new ManageStep((question, at) -> management.charges(question)));
    beans.put("manageCharge", new ManageStep((question, at) -> management.charge(question)));
    beans.put(
        "manageRefundCharge", new ManageStep((question, at) -> management.refundCharge(question)));
    beans.put("manageDecideCharge", new ManageStep(decide::answer));
    beans.put("manageListings", new ManageStep((question, at) -> management.listings()));
    beans.put("manageTotals", new ManageStep((question, at) -> management.totals(question)));
    beans.put("manageReconcile", new ManageStep(management::reconcile));
    return beans;
  }

  private JsonNode listings() throws Refusal {
    ObjectNode all = json.createObjectNode();
    ArrayNode rows = all.putArray("listings");
    listings.all().forEach(listed -> rows.add(writer.listed(listed)));
    return all;
  }

  private JsonNode payments(Question question) throws Objection, Refusal {
    return writer.page("payments", backoffice.payments(question.filter()), writer::payment);
  }

  private JsonNode charges(Question question) throws Objection, Refusal {
    return writer.page("charges", backoffice.charges(question.filter()), writer::charge);
  }

  private JsonNode payment(Question question) throws Objection, Refusal {
    TokenView payment =
        backoffice
            .payment(question.name())
            .orElseThrow(() -> Objection.notFound("There is no payment of this id."));
    return writer.payment(payment, backoffice.chargesOf(payment.id()));
  }

  private JsonNode charge(Question question) throws Objection, Refusal {
    return writer.charge(
        backoffice
            .charge(question.name())
            .orElseThrow(() -> Objection.notFound("There is no charge of this key.")));
  }

  private JsonNode refundPayment(Question question) throws Objection, Refusal {
    JsonNode body = question.body(REFUND);
    String note = Question.text(body, "note");
    Optional<String> transaction = Question.optional(body, "transaction");
    Optional<Long> micros = Question.cents(body, "cents");
    if (!Question.flag(body, "excess")) {
      return writer.payment(backoffice.refundPayment(question.name(), micros, note, transaction));
    }
    if (micros.isPresent()) {
      throw Objection.invalid("excess is refunded whole; leave cents out.");
    }
    return writer.payment(backoffice.refundExcess(question.name(), note, transaction));
  }

  private JsonNode refundCharge(Question question) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("cents", "note", "transaction"));
    return writer.charge(
        backoffice.refundCharge(
            question.name(),
            Question.cents(body, "cents"),
            Question.text(body, "note"),
            Question.optional(body, "transaction")));
  }

  private JsonNode paid(Question question) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("cents", "reference"));
    long micros =
        Question.cents(body, "cents")
            .orElseThrow(() -> Objection.invalid("cents says how much came in; it is needed."));
    return writer.payment(
        backoffice.markPaid(question.name(), micros, Question.text(body, "reference")));
  }

  private JsonNode totals(Question question) throws Objection, Refusal {
    question.query(Set.of());
    return writer.totals(backoffice.totals());
  }

  private JsonNode reconcile(Question question, Exchange exchange) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("record"));
    long now = clock.instant().getEpochSecond();
    String from = question.query(Set.of("since")).getOrDefault("since", "");
    long since = Question.time("since", from, 0);
    List<BookedTransfers> theirs = new ArrayList<>();
    try (ProducerTemplate routes = exchange.getContext().createProducerTemplate()) {
      if (body.has("record")) {
        theirs.add(BookedTransfers.read("facilitator", body.get("record"), since, now));
      } else if (others.facilitatorRecord()) {
        theirs.add(BookedTransfers.read("facilitator", facilitatorRecord(routes), since, now));
      }
      if (others.chain()) {
        long chainSince = from.isEmpty() ? now - CHAIN_SECONDS : since;
        theirs.add(chainSettlements(exchange, chainSince));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    List<Books> books = theirs.stream().map(each -> new Books(each, x402.payTo(), now)).toList();
    return report(Reconciliation.of(backoffice, books, now), theirs);
  }

  private JsonNode facilitatorRecord(ProducerTemplate routes) throws Objection {
    return read(
        routes.requestBody("direct:facilitator-record", "", byte[].class),
        "The facilitator's record cannot be read.");
  }

  private BookedTransfers chainSettlements(Exchange exchange, long since) throws Objection {
    try (RouteNode node = new RouteNode(exchange.getContext())) {
      return new ChainTransfers(x402, node, clock).since(since);
    }
  }

  private JsonNode read(byte[] body, String otherwise) throws Objection {
    try {
      JsonNode document = json.readTree(body == null ? new byte[0] : body);
      if (document.isContainerNode()) {
        return document;
      }
    } catch (JsonProcessingException notJson) {
      // ends in the sentence that was given
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    throw Objection.unavailable(otherwise);
  }

  private JsonNode report(Reconciliation.Report report, List<BookedTransfers> theirs) {
    ObjectNode node = json.createObjectNode();
    ObjectNode compared = node.putObject("compared");
    compared.put("charges", report.charges()).put("payments", report.payments());
    theirs.forEach(each -> compared.put(each.source(), each.rows().size()));
    ArrayNode rows = node.putArray("differences");
    for (Difference difference : report.differences()) {
      ObjectNode row = rows.addObject();
      row.put("kind", difference.kind());
      row.put("source", difference.source());
      row.put("charge", difference.charge().orElse(null));
      row.put("paymentId", difference.payment().orElse(null));
      row.put("ledger", difference.ledger());
      row.put("found", difference.found());
      row.put("ageSeconds", difference.ageSeconds().orElse(null));
      row.put("text", difference.text());
    }
    return node;
  }
}
