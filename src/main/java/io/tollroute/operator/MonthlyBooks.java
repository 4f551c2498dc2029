package io.tollroute.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Cents;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.Movement;
import io.tollroute.ledger.Objection;
import io.tollroute.x402.ProofKey;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The money of a month as an accountant takes it, a page at a time. A month is that of a time zone;
 * each movement stands in the month in which Tollroute knew of it.
 */
final class MonthlyBooks {

  private static final Set<String> QUESTION = Set.of("month", "zone", "cursor", "limit");

  private static final int MAX_LIMIT = 500;

  /** What was paid just before its end may be written down after it, by another replica's clock. */
  private static final long LATE_SECONDS = 60;

  private final JsonMapper json = new JsonMapper();
  private final Journal journal;
  private final String seller;
  private final Clock clock;

  /**
   * Reads {@code journal}.
   *
   * @param seller whose books they are
   */
  MonthlyBooks(Journal journal, String seller, Clock clock) {
    this.journal = journal;
    this.seller = seller;
    this.clock = clock;
  }

  /** A page of {@code month=2026-11}, by default in UTC. */
  JsonNode answer(Question question) throws Objection, Refusal {
    Map<String, String> query = question.query(QUESTION);
    ZoneId zone = zone(query.getOrDefault("zone", "UTC"));
    YearMonth month = month(query.getOrDefault("month", ""));
    long from = month.atDay(1).atStartOfDay(zone).toEpochSecond();
    long until = month.plusMonths(1).atDay(1).atStartOfDay(zone).toEpochSecond();
    Journal.Page page =
        journal.between(cursor(query.getOrDefault("cursor", ""), from, until), until, limit(query));
    ObjectNode node = json.createObjectNode();
    node.put("seller", seller);
    node.put("month", month.toString());
    node.put("zone", zone.getId());
    node.put("from", Instant.ofEpochSecond(from).toString());
    node.put("until", Instant.ofEpochSecond(until).toString());
    node.put("complete", clock.instant().getEpochSecond() >= until + LATE_SECONDS);
    ArrayNode entries = node.putArray("entries");
    page.movements().forEach(movement -> entries.add(entry(movement, zone)));
    node.put("next", page.next().map(next -> Long.toString(next)).orElse(null));
    return node;
  }

  private ObjectNode entry(Movement movement, ZoneId zone) {
    boolean back = movement.kind() == Movement.Kind.REFUND;
    // in what it was paid back is not known
    Optional<ProofKey> proof = back ? Optional.empty() : movement.charge().flatMap(ProofKey::of);
    Optional<String> received = transaction(movement.receipt());
    ObjectNode entry = json.createObjectNode();
    ZonedDateTime at = Instant.ofEpochSecond(movement.at()).atZone(zone);
    entry.put("settledUtc", at.toInstant().toString());
    entry.put("settled", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at));
    entry.put("kind", movement.kind().name().toLowerCase(Locale.ROOT));
    entry.set("cents", json.getNodeFactory().numberNode(new Cents(movement.micros()).number()));
    entry.put("currency", movement.currency());
    Optional<Integer> decimals =
        movement.amount().flatMap(units -> decimals(units, movement.micros()));
    entry.put("units", movement.amount().orElse(null));
    entry.put("decimals", decimals.orElse(null));
    entry.put("asset", proof.map(ProofKey::asset).orElse(null));
    entry.put("network", proof.map(ProofKey::network).orElse(null));
    entry.put("method", movement.method());
    entry.put("transaction", (back ? movement.refundTransaction() : received).orElse(null));
    entry.put("payer", movement.payer().orElse(null));
    entry.put("service", movement.service());
    entry.put("order", movement.order().orElse(null));
    entry.put("charge", movement.charge().orElse(null));
    entry.put("refundOf", back ? movement.order().or(movement::charge).orElse(null) : null);
    entry.put("refundOfTransaction", back ? received.orElse(null) : null);
    entry.put("text", movement.text().orElse(null));
    return entry;
  }

  /**
   * How many decimals the token has: a proof moves its price exactly, so they follow from both; of
   * another asset nothing is said.
   */
  private static Optional<Integer> decimals(String units, long micros) {
    if (micros <= 0 || !units.matches("[1-9]\\d{0,40}")) {
      return Optional.empty();
    }
    BigDecimal price = BigDecimal.valueOf(micros).stripTrailingZeros();
    BigDecimal moved = new BigDecimal(units).stripTrailingZeros();
    int decimals = 6 + price.scale() - moved.scale();
    return price.unscaledValue().equals(moved.unscaledValue()) && decimals >= 0
        ? Optional.of(decimals)
        : Optional.empty();
  }

  private Optional<String> transaction(Optional<String> receipt) {
    try {
      return receipt.isEmpty()
          ? Optional.empty()
          : Optional.of(json.readTree(receipt.get()).path("transaction").asText(""))
              .filter(found -> !found.isEmpty());
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static YearMonth month(String text) throws Objection {
    try {
      if (text.matches("[12]\\d{3}-\\d{2}")) {
        return YearMonth.parse(text);
      }
    } catch (DateTimeException noMonth) {
      // ends in the sentence below
    }
    throw Objection.invalid("month must be a month: 2026-11.");
  }

  private static ZoneId zone(String text) throws Objection {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw Objection.invalid("zone must be a time zone: Europe/Berlin, UTC, +09:00.");
    }
  }

  private static long cursor(String text, long from, long until) throws Objection {
    if (text.isEmpty()) {
      return from;
    }
    if (text.matches("\\d{1,12}")) {
      long cursor = Long.parseLong(text);
      if (cursor >= from && cursor <= until) {
        return cursor;
      }
    }
    throw Objection.invalid("cursor is none that was given out.");
  }

  private static int limit(Map<String, String> query) throws Objection {
    String text = query.getOrDefault("limit", Integer.toString(MAX_LIMIT));
    if (text.matches("\\d{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw Objection.invalid("limit must be from 1 to " + MAX_LIMIT + ".");
  }
}
