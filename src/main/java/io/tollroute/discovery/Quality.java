package io.tollroute.discovery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.AnsweredCalls.Answered;
import io.tollroute.ledger.TrackRecord;
import java.time.Instant;
import java.util.Map;

/**
 * How well a service does, as far as the books know it, with how much they know it by: calls that
 * were answered and paid. What failed is not kept in the books, and so no rate is told.
 *
 * @param count how many calls, at least one
 * @param last when the last of them was paid
 */
record Quality(long count, Instant last) {

  static Quality of(Answered answered) {
    return new Quality(answered.count(), Instant.ofEpochSecond(answered.lastAt()));
  }

  /** As a member of an entry, by the names that Server402's clients know. */
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("successCount", count)
        .put("lastCallAt", last.toString())
        .put("sampleSize", count)
        .put("sampleDays", TrackRecord.DAYS);
  }

  /** What a template may say of it. */
  Map<String, Object> facts() {
    return Map.of("count", count, "last", last.toString(), "days", TrackRecord.DAYS);
  }
}
