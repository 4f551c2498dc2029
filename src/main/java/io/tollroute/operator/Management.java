package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.TokenView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** The processors that {@code routes/manage.camel.yaml} refers to. */
public final class Management {

  private static final Set<String> REFUND = Set.of("cents", "note", "excess", "transaction");

  private final BackofficeJson writer = new BackofficeJson();
  private final JsonMapper json = new JsonMapper();
  private final Backoffice backoffice;
  private final Listings listings;
  private final OperatorActions actions;
  private final CompareBooks compare;

  private Management(
      Backoffice backoffice, Listings listings, OperatorActions actions, CompareBooks compare) {
    this.backoffice = backoffice;
    this.listings = listings;
    this.actions = actions;
    this.compare = compare;
  }

  /** Processors by bean name. */
  public static Map<String, Object> with(
      Backoffice backoffice, Listings listings, OperatorActions actions, CompareBooks compare) {
    Management management = new Management(backoffice, listings, actions, compare);
    Map<String, Object> beans = new LinkedHashMap<>();
    beans.put("managePayments", new ManageStep((question, at) -> management.payments(question)));
    beans.put("managePayment", new ManageStep((question, at) -> management.payment(question)));
    beans.put("manageRefundPayment", new ManageStep(management::refundPayment));
    beans.put("managePaid", new ManageStep(management::paid));
    beans.put("manageCharges", new ManageStep((question, at) -> management.charges(question)));
    beans.put("manageCharge", new ManageStep((question, at) -> management.charge(question)));
    beans.put("manageRefundCharge", new ManageStep(management::refundCharge));
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

  private JsonNode refundPayment(Question question, Exchange exchange) throws Objection, Refusal {
    JsonNode body = question.body(REFUND);
    OperatorActions.Back back = back(body);
    Actor by = Actor.of(exchange);
    return writer.payment(
        Question.flag(body, "excess")
            ? actions.refundExcess(by, question.name(), back)
            : actions.refundPayment(by, question.name(), back));
  }

  private static OperatorActions.Back back(JsonNode body) throws Objection {
    return new OperatorActions.Back(
        Question.cents(body, "cents"),
        Question.text(body, "note"),
        Question.optional(body, "transaction"));
  }

  private JsonNode refundCharge(Question question, Exchange exchange) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("cents", "note", "transaction"));
    return writer.charge(actions.refundCharge(Actor.of(exchange), question.name(), back(body)));
  }

  private JsonNode paid(Question question, Exchange exchange) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("cents", "reference"));
    long micros =
        Question.cents(body, "cents")
            .orElseThrow(() -> Objection.invalid("cents says how much came in; it is needed."));
    return writer.payment(
        actions.markPaid(
            Actor.of(exchange), question.name(), micros, Question.text(body, "reference")));
  }

  private JsonNode totals(Question question) throws Objection, Refusal {
    question.query(Set.of());
    return writer.totals(backoffice.totals());
  }

  private JsonNode reconcile(Question question, Exchange exchange) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("record"));
    String from = question.query(Set.of("since")).getOrDefault("since", "");
    return compare.report(exchange.getContext(), Optional.ofNullable(body.get("record")), from);
  }
}
