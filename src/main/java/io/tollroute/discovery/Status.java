package io.tollroute.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.ledger.Waits;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the shop does, for buyers: as JSON, and the same as a page. */
final class Status {

  private static final String UNKNOWN = "-";
  private static final int MEDIAN = 50;
  private static final int SLOW = 95;

  private final Json json = new Json();
  private final JsonTemplate document = JsonTemplate.read("status.yaml");
  private final TextTemplate content = TextTemplate.markup("status.html");
  private final TextTemplate page = TextTemplate.markup("page.html");
  private final Facts facts;

  Status(Facts facts) {
    this.facts = facts;
  }

  Ready json(Standing standing) {
    ObjectNode status = document.with(facts.ofShop());
    status.put("sampleDays", TrackRecord.DAYS);
    status.put("ledger", standing.counted() ? "read" : "silent");
    status.put("facilitator", standing.facilitator());
    ArrayNode services = status.withArray("services");
    for (Offer offer : standing.shelf().offers()) {
      Service service = offer.service();
      ObjectNode entry = services.addObject();
      entry.put("id", service.id());
      entry.put("name", service.title());
      entry.put("endpoint", facts.base() + service.address());
      entry.put("provider", standing.provider(service.id()));
      if (standing.counted()) {
        ServiceRecord record = ServiceRecord.of(service, standing);
        entry.put("sampleSize", record.sample());
        entry.put("answered", record.answered());
        entry.put("unanswered", record.unanswered());
        entry.put("failed", record.failed());
        record.rate().ifPresent(rate -> entry.put("successRate", rate));
        record.last().ifPresent(last -> entry.put("lastPaidCallAt", last.toString()));
        Optional.ofNullable(standing.probed().get(service.id()))
            .ifPresent(
                last ->
                    entry
                        .putObject("lastProbe")
                        .put("at", Instant.ofEpochSecond(last.endedAt()).toString())
                        .put("outcome", last.outcome())
                        .put("milliseconds", last.milliseconds()));
        if (record.waits().size() > 0) {
          entry
              .putObject("milliseconds")
              .put("p50", record.waits().percentile(MEDIAN))
              .put("p95", record.waits().percentile(SLOW))
              .put("sampleSize", record.waits().size());
        }
      }
    }
    return Ready.of("application/json", json.bytes(status));
  }

  Ready page(Standing standing) {
    List<Map<String, Object>> services = new ArrayList<>();
    for (Offer offer : standing.shelf().offers()) {
      services.add(row(offer.service(), standing));
    }
    Map<String, Object> told = new HashMap<>(facts.ofShop());
    told.put("days", TrackRecord.DAYS);
    told.put("silent", !standing.counted());
    told.put("facilitator", words(standing.facilitator()));
    told.put("services", services);
    told.put("content", content.with(told));
    told.put("title", "Status");
    return Ready.of("text/html; charset=utf-8", page.bytes(told));
  }

  private static Map<String, Object> row(Service service, Standing standing) {
    ServiceRecord record = ServiceRecord.of(service, standing);
    boolean counted = standing.counted();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", service.id());
    row.put("name", service.title());
    row.put("provider", words(standing.provider(service.id())));
    row.put("sample", counted ? Long.toString(record.sample()) : UNKNOWN);
    row.put("unanswered", counted ? Long.toString(record.unanswered()) : UNKNOWN);
    row.put("failed", counted ? Long.toString(record.failed()) : UNKNOWN);
    row.put("median", counted ? wait(record.waits(), MEDIAN) : UNKNOWN);
    row.put("slow", counted ? wait(record.waits(), SLOW) : UNKNOWN);
    row.put("timed", counted ? Long.toString(record.waits().size()) : UNKNOWN);
    row.put("rate", counted ? record.rate().map(Status::percent).orElse(UNKNOWN) : UNKNOWN);
    row.put(
        "probe",
        Optional.ofNullable(standing.probed().get(service.id()))
            .map(last -> words(last.outcome()) + ", " + Instant.ofEpochSecond(last.endedAt()))
            .orElse(UNKNOWN));
    row.put("last", counted ? record.last().map(Object::toString).orElse(UNKNOWN) : UNKNOWN);
    return row;
  }

  private static String wait(Waits waits, int percent) {
    return waits.size() > 0 ? waits.percentile(percent) + " ms" : UNKNOWN;
  }

  private static String percent(BigDecimal rate) {
    return rate.movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }

  private static String words(String state) {
    return state.replace('_', ' ');
  }
}
