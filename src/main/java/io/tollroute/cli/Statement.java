package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.samskivert.mustache.Mustache;
import io.tollroute.cli.BookEntries.Sum;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The statement of a month as a page to print: sums by currency, service, kind and day, what was
 * paid back, and the entries. Nothing in it is run or fetched from anywhere.
 */
final class Statement {

  /** Some two hundred sheets; beyond it the CSV has the entries. */
  private static final int MOST_ENTRIES = 5_000;

  /** A day as the zone has it. */
  private static final int DAY_LENGTH = 10;

  private final Map<String, Line> all = new TreeMap<>();
  private final Map<String, Line> services = new TreeMap<>();
  private final Map<String, Line> kinds = new TreeMap<>();
  private final Map<String, Line> days = new TreeMap<>();
  private final List<Map<String, Object>> refunds = new ArrayList<>();
  private final List<Map<String, Object>> entries = new ArrayList<>();
  private long count;
  private long refundCount;

  private record Line(String name, String currency, long count, Sum sum) {

    Line with(BigDecimal amount) {
      return new Line(name, currency, count + 1, sum.with(amount));
    }

    Map<String, Object> facts() {
      return Map.of(
          "name",
          name,
          "currency",
          currency,
          "count",
          count,
          "received",
          BookEntries.text(sum.received()),
          "refunded",
          BookEntries.text(sum.refunded()),
          "balance",
          BookEntries.text(sum.balance()));
    }
  }

  /** Takes in the next row of {@link BookEntries}. */
  void add(JsonNode row) {
    count++;
    add(all, "", row);
    add(services, row.path("service").asText(), row);
    add(kinds, row.path("kind").asText(), row);
    add(days, row.path("settled").asText().substring(0, DAY_LENGTH), row);
    Map<String, Object> facts = facts(row);
    if (row.path("kind").asText().equals("refund")) {
      refundCount++;
      if (refunds.size() < MOST_ENTRIES) {
        refunds.add(facts);
      }
    }
    if (entries.size() < MOST_ENTRIES) {
      entries.add(facts);
    }
  }

  private static void add(Map<String, Line> lines, String name, JsonNode row) {
    String currency = row.path("currency").asText();
    BigDecimal amount = new BigDecimal(row.path("amount").asText());
    lines.merge(
        name + " " + currency,
        new Line(name, currency, 1, Sum.NOTHING.with(amount)),
        (before, first) -> before.with(amount));
  }

  private static Map<String, Object> facts(JsonNode row) {
    Map<String, Object> facts = new HashMap<>();
    row.properties().forEach(field -> facts.put(field.getKey(), text(field.getValue())));
    return facts;
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.asText();
  }

  /** The page; {@code head} is any page of the management port's answer. */
  String page(JsonNode head) {
    Map<String, Object> facts = new HashMap<>();
    for (String name : List.of("seller", "month", "zone", "from", "until")) {
      facts.put(name, head.path(name).asText());
    }
    facts.put("open", !head.path("complete").asBoolean(false));
    facts.put("all", facts(all));
    facts.put("services", facts(services));
    facts.put("kinds", facts(kinds));
    facts.put("days", facts(days));
    facts.put("refunds", refunds);
    facts.put("paidBack", !refunds.isEmpty());
    facts.put("moreRefunds", refundCount > MOST_ENTRIES);
    facts.put("refundCount", refundCount);
    facts.put("whole", count <= MOST_ENTRIES);
    facts.put("entries", count <= MOST_ENTRIES ? entries : List.of());
    facts.put("count", count);
    return Mustache.compiler().escapeHTML(true).compile(template()).execute(facts);
  }

  private static List<Map<String, Object>> facts(Map<String, Line> lines) {
    return lines.values().stream().map(Line::facts).toList();
  }

  private static String template() {
    try (InputStream in = Statement.class.getResourceAsStream("/books/statement.html")) {
      if (in == null) {
        throw new IllegalStateException("books/statement.html is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
