package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Objection;
import io.tollroute.x402.RouteNode;
import io.tollroute.x402.X402Settings;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/** Compares the ledger with itself and with the books of others, which it asks for. */
public final class CompareBooks {

  private static final long CHAIN_SECONDS = 24 * 3600;

  private final JsonMapper json = new JsonMapper();
  private final Backoffice backoffice;
  private final X402Settings x402;
  private final Others others;
  private final Clock clock;

  /**
   * Where the books of others are.
   *
   * @param facilitatorRecord whether the facilitator has a listing that can be asked for
   * @param chain whether a node of the chain can be asked
   */
  record Others(boolean facilitatorRecord, boolean chain) {}

  CompareBooks(Backoffice backoffice, X402Settings x402, Others others, Clock clock) {
    this.backoffice = backoffice;
    this.x402 = x402;
    this.others = others;
    this.clock = clock;
  }

  /**
   * What was compared, and the differences.
   *
   * @param context whose routes ask the others
   * @param record the facilitator's, where it was given
   * @param from since when, as a time; empty for always, and for a day of the chain
   * @throws Objection when a record cannot be read, or somebody does not answer
   * @throws Refusal {@code ledger_unavailable}
   */
  public JsonNode report(CamelContext context, Optional<JsonNode> record, String from)
      throws Objection, Refusal {
    long now = clock.instant().getEpochSecond();
    long since = Question.time("since", from, 0);
    List<BookedTransfers> theirs = new ArrayList<>();
    try (ProducerTemplate routes = context.createProducerTemplate()) {
      if (record.isPresent()) {
        theirs.add(BookedTransfers.read("facilitator", record.get(), since, now));
      } else if (others.facilitatorRecord()) {
        theirs.add(BookedTransfers.read("facilitator", facilitatorRecord(routes), since, now));
      }
      if (others.chain()) {
        long chainSince = from.isEmpty() ? now - CHAIN_SECONDS : since;
        theirs.add(chainSettlements(context, chainSince));
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

  private BookedTransfers chainSettlements(CamelContext context, long since) throws Objection {
    try (RouteNode node = new RouteNode(context)) {
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
