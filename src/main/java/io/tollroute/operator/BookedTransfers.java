package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.ledger.Objection;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The books of a facilitator or a chain.
 *
 * @param source facilitator or chain
 * @param rows transfers
 * @param since seconds since the epoch: what was settled earlier need not be in them
 * @param until seconds since the epoch: what was settled then or later need not be in them
 */
record BookedTransfers(String source, List<BookedTransfer> rows, long since, long until) {

  BookedTransfers {
    rows = List.copyOf(rows);
  }

  /**
   * Reads an array of settlements, or an object that has them in {@code settlements} and may say
   * from when on it has them in {@code since} (ISO 8601, or seconds since the epoch).
   *
   * @throws Objection when it is neither
   */
  static BookedTransfers read(String source, JsonNode document, long since, long until)
      throws Objection {
    JsonNode list = document.isObject() ? document.path("settlements") : document;
    if (!list.isArray()) {
      throw Objection.invalid("The " + source + "'s record is not a list of settlements.");
    }
    List<BookedTransfer> rows = new ArrayList<>();
    for (JsonNode row : list) {
      if (!row.isObject() || (text(row, "nonce").isEmpty() && text(row, "transaction").isEmpty())) {
        throw Objection.invalid(
            "Settlement " + (rows.size() + 1) + " of the record has no nonce and no transaction.");
      }
      rows.add(
          new BookedTransfer(
              text(row, "network"),
              text(row, "asset"),
              text(row, "payer"),
              text(row, "nonce"),
              text(row, "amount"),
              text(row, "payTo"),
              text(row, "transaction")));
    }
    return new BookedTransfers(
        source, rows, Math.max(since, seconds(document.path("since"))), until);
  }

  private static long seconds(JsonNode since) throws Objection {
    if (since.isMissingNode() || since.isNull()) {
      return 0;
    }
    return time(since.asText())
        .orElseThrow(() -> Objection.invalid("since of the record is not a time."));
  }

  /** Seconds since the epoch of a time written as such or as ISO 8601. */
  static Optional<Long> time(String text) {
    if (text.matches("\\d{1,12}")) {
      return Optional.of(Long.parseLong(text));
    }
    try {
      return Optional.of(
          Instant.parse(text.length() == 10 ? text + "T00:00:00Z" : text).getEpochSecond());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode row, String field) {
    JsonNode value = row.path(field);
    return value.isValueNode() && !value.isNull() ? value.asText().strip() : "";
  }
}
