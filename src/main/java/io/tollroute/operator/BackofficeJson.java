package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.BackofficeTotals;
import io.tollroute.ledger.BackofficeTotals.Sum;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.ChargeName;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.Refunded;
import io.tollroute.ledger.TokenView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The books as the management port shows them; times are ISO 8601 in UTC. */
final class BackofficeJson {

  private final JsonMapper json = new JsonMapper();

  <T> ObjectNode page(String name, BackofficePage<T> page, Function<T, ObjectNode> row) {
    ObjectNode node = json.createObjectNode();
    ArrayNode rows = node.putArray(name);
    page.rows().forEach(found -> rows.add(row.apply(found)));
    node.put("next", page.next().orElse(null));
    return node;
  }

  ObjectNode listed(Listings.Listed listed) {
    ObjectNode node = json.createObjectNode();
    node.put("service", listed.service());
    node.put("kind", listed.kind());
    node.put("status", listed.status());
    node.put("reason", listed.reason().orElse(null));
    node.put("toldAt", time(listed.toldAt()));
    return node;
  }

  ObjectNode payment(TokenView payment) {
    ObjectNode node = json.createObjectNode();
    node.put("paymentId", payment.id());
    node.put("state", payment.state());
    node.put("service", payment.service());
    node.set("cents", cents(payment.micros()));
    node.put("currency", payment.currency());
    node.put("calls", payment.calls());
    node.put("used", payment.used());
    boolean received = payment.paidAt().isPresent() && payment.creditOf().isEmpty();
    node.set("paidCents", cents(received ? payment.paidMicros() : 0));
    node.set("excessCents", cents(payment.excessMicros()));
    node.set("refundedCents", cents(payment.refundedMicros()));
    node.put("provider", payment.provider());
    node.put("payer", payment.payer().orElse(null));
    node.put("reference", payment.reference().orElse(null));
    node.put("creditOf", payment.creditOf().orElse(null));
    JsonNode receipt = receipt(payment.receipt());
    node.set("receipt", receipt);
    node.put("transaction", transaction(receipt));
    node.put("note", payment.note().orElse(null));
    refund(node, payment.refund());
    node.put("createdAt", time(payment.createdAt()));
    node.put("paidAt", payment.paidAt().map(BackofficeJson::time).orElse(null));
    node.put("expiresAt", time(payment.expiresAt()));
    node.put("updatedAt", time(payment.updatedAt()));
    return node;
  }

  ObjectNode payment(TokenView payment, List<ChargeView> charges) {
    ObjectNode node = payment(payment);
    ArrayNode rows = node.putArray("charges");
    charges.forEach(charge -> rows.add(charge(charge)));
    return node;
  }

  ObjectNode charge(ChargeView charge) {
    ObjectNode node = json.createObjectNode();
    node.put("charge", charge.key());
    node.put("state", charge.state());
    node.put("kind", charge.kind());
    node.put("service", charge.service());
    node.put("method", charge.method());
    node.set("cents", cents(charge.micros()));
    node.set("paidCents", cents(charge.paidMicros()));
    node.put("currency", charge.currency());
    node.put("amount", charge.amount().orElse(null));
    node.set("refundedCents", cents(charge.refundedMicros()));
    node.put("payer", charge.payer().orElse(null));
    node.put("paymentId", charge.payment().orElse(null));
    node.put("buys", charge.buys().orElse(null));
    node.put("requestId", charge.requestId());
    node.put("logName", ChargeName.of(charge.key()));
    node.put("upstreamId", charge.upstreamId().orElse(null));
    JsonNode receipt = receipt(charge.receipt());
    node.set("receipt", receipt);
    node.put("transaction", transaction(receipt));
    node.put("note", charge.note().orElse(null));
    refund(node, charge.refund());
    node.put("answerKept", charge.answerKept());
    node.put("createdAt", time(charge.createdAt()));
    node.put("settledAt", charge.settledAt().map(BackofficeJson::time).orElse(null));
    node.put("unknownAt", charge.unknownAt().map(BackofficeJson::time).orElse(null));
    node.put("decidedAt", charge.decision().map(each -> time(each.at())).orElse(null));
    node.put("decidedBy", charge.decision().flatMap(ChargeView.Decided::by).orElse(null));
    node.put("decidedHow", charge.decision().map(ChargeView.Decided::how).orElse(null));
    node.put("decidedReason", charge.decision().flatMap(ChargeView.Decided::reason).orElse(null));
    node.put("updatedAt", time(charge.updatedAt()));
    return node;
  }

  ObjectNode totals(BackofficeTotals totals) {
    ObjectNode node = json.createObjectNode();
    node.set("receivedCents", cents(totals.receivedMicros()));
    node.set("refundedCents", cents(totals.refundedMicros()));
    node.set("refundDueCents", cents(totals.refundDueMicros()));
    node.set("unknownCents", cents(totals.unknownMicros()));
    node.set("payments", sums(totals.payments()));
    node.set("charges", sums(totals.charges()));
    return node;
  }

  private ObjectNode sums(Map<String, Sum> sums) {
    ObjectNode node = json.createObjectNode();
    new TreeMap<>(sums)
        .forEach(
            (state, sum) ->
                node.putObject(state)
                    .put("count", sum.count())
                    .<ObjectNode>set("cents", cents(sum.micros()))
                    .set("paidCents", cents(sum.paidMicros())));
    return node;
  }

  /** A whole number where it is one, as most prices are. */
  private JsonNode cents(long micros) {
    BigDecimal cents = new Cents(micros).number();
    return cents.scale() == 0
        ? json.getNodeFactory().numberNode(cents.longValueExact())
        : json.getNodeFactory().numberNode(cents);
  }

  private JsonNode receipt(Optional<String> receipt) {
    if (receipt.isEmpty() || receipt.get().isBlank()) {
      return json.getNodeFactory().nullNode();
    }
    try {
      return json.readTree(receipt.get());
    } catch (JsonProcessingException notJson) {
      return json.getNodeFactory().textNode(receipt.get());
    }
  }

  private static String transaction(JsonNode receipt) {
    return Optional.of(receipt.path("transaction").asText(""))
        .filter(found -> !found.isEmpty())
        .orElse(null);
  }

  private static void refund(ObjectNode node, Optional<Refunded> refund) {
    node.put("refundedAt", refund.map(each -> time(each.at())).orElse(null));
    node.put("refundTransaction", refund.flatMap(Refunded::transaction).orElse(null));
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }
}
