package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/**
 * Entries of the books one after the other: each with its number, its amount in whole units of its
 * currency, and what came in, went back and is left of that currency up to it.
 */
final class BookEntries {

  private final Map<String, Sum> sums = new HashMap<>();
  private long number;

  /** What came in and what went back, both from 0 upwards. */
  record Sum(BigDecimal received, BigDecimal refunded) {

    static final Sum NOTHING = new Sum(BigDecimal.ZERO, BigDecimal.ZERO);

    Sum with(BigDecimal amount) {
      return amount.signum() < 0
          ? new Sum(received, refunded.add(amount.negate()))
          : new Sum(received.add(amount), refunded);
    }

    BigDecimal balance() {
      return received.subtract(refunded);
    }
  }

  /** The next entry as a row; {@code entry} is one of the management port's. */
  ObjectNode row(JsonNode entry) {
    BigDecimal amount = entry.path("cents").decimalValue().movePointLeft(2);
    Sum sum =
        sums.merge(
            entry.path("currency").asText(),
            Sum.NOTHING.with(amount),
            (before, first) -> before.with(amount));
    number++;
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("number", number);
    copy(row, entry, "settledUtc", "settled", "kind");
    row.put("amount", text(amount));
    copy(row, entry, "currency");
    row.put("tokenAmount", tokenAmount(entry));
    copy(
        row,
        entry,
        "units",
        "decimals",
        "asset",
        "network",
        "method",
        "transaction",
        "payer",
        "service",
        "order",
        "charge",
        "refundOf",
        "refundOfTransaction",
        "text");
    row.put("received", text(sum.received()));
    row.put("refunded", text(sum.refunded()));
    row.put("balance", text(sum.balance()));
    return row;
  }

  /** An amount with two decimals at least. */
  static String text(BigDecimal amount) {
    BigDecimal shortest = amount.stripTrailingZeros();
    return (shortest.scale() < 2 ? shortest.setScale(2) : shortest).toPlainString();
  }

  private static String tokenAmount(JsonNode entry) {
    JsonNode units = entry.path("units");
    JsonNode decimals = entry.path("decimals");
    return units.isTextual() && decimals.isInt()
        ? new BigDecimal(units.asText()).movePointLeft(decimals.asInt()).toPlainString()
        : null;
  }

  private static void copy(ObjectNode row, JsonNode entry, String... fields) {
    for (String field : fields) {
      row.set(field, entry.path(field).isMissingNode() ? null : entry.get(field));
    }
  }
}
