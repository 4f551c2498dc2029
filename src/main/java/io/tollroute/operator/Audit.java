package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Objection;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What operators did, as the management port shows it. */
final class Audit {

  private static final Set<String> QUESTION = Set.of("object", "since", "until", "limit", "cursor");
  private static final int USUAL_LIMIT = 50;

  private final JsonMapper json = new JsonMapper();
  private final AuditLog log;
  private final AuditCsv csv;

  Audit(AuditLog log, AuditCsv csv) {
    this.log = log;
    this.csv = csv;
  }

  JsonNode answer(Question question) throws Objection, Refusal {
    BackofficePage<AuditLog.Entry> page = log.entries(filter(question));
    ObjectNode node = json.createObjectNode();
    ArrayNode rows = node.putArray("audit");
    page.rows().forEach(entry -> rows.add(row(entry)));
    node.put("next", page.next().orElse(null));
    return node;
  }

  byte[] file(Question question) throws Objection, Refusal {
    return csv.of(filter(question));
  }

  private static AuditLog.Filter filter(Question question) throws Objection {
    Map<String, String> query = question.query(QUESTION);
    String limit = query.getOrDefault("limit", Integer.toString(USUAL_LIMIT));
    if (!limit.matches("\\d{1,4}")) {
      throw Objection.invalid("limit must be from 1 to " + BackofficeFilter.MAX_LIMIT + ".");
    }
    return new AuditLog.Filter(
        Optional.ofNullable(query.get("object")),
        Question.time("since", query.getOrDefault("since", ""), 0),
        Question.time("until", query.getOrDefault("until", ""), Long.MAX_VALUE),
        Integer.parseInt(limit),
        Optional.ofNullable(query.get("cursor")));
  }

  private ObjectNode row(AuditLog.Entry entry) {
    ObjectNode row = json.createObjectNode();
    row.put("id", entry.id());
    row.put("at", Instant.ofEpochMilli(entry.atMillis()).toString());
    row.put("who", entry.intent().who());
    row.put("surface", entry.intent().surface());
    row.put("action", entry.intent().action());
    row.put("object", entry.intent().object());
    row.put("detail", entry.intent().detail());
    row.put("outcome", entry.outcome().orElse(null));
    row.put("said", entry.said());
    return row;
  }
}
