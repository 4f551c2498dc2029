package io.tollroute.admin;

import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.Objection;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which rows of a list are looked at, as its form says. */
record ListFilter(
    String state, String service, String payer, String from, String before, String cursor) {

  private static final int ROWS = 50;

  static ListFilter of(PageRequest request) {
    return new ListFilter(
        request.text("state"),
        request.text("service"),
        request.text("payer"),
        request.text("from"),
        request.text("before"),
        request.text("cursor"));
  }

  BackofficeFilter backoffice() throws Objection {
    return new BackofficeFilter(
        some(state),
        some(service),
        some(payer),
        seconds("From", from, 0),
        seconds("Before", before, Long.MAX_VALUE),
        ROWS,
        some(cursor));
  }

  private static Optional<String> some(String text) {
    return Optional.of(text).filter(found -> !found.isEmpty());
  }

  /** The begin of a day in UTC. */
  static long seconds(String field, String day, long usual) throws Objection {
    if (day.isEmpty()) {
      return usual;
    }
    try {
      return LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    } catch (DateTimeException e) {
      throw Objection.invalid(field + " must be a day: 2026-01-31.");
    }
  }

  /** The fields of the form, and the link to the next page. */
  Map<String, Object> facts(String path, List<String> states, Optional<String> next) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("path", path);
    facts.put("service", service);
    facts.put("payer", payer);
    facts.put("from", from);
    facts.put("before", before);
    List<Map<String, Object>> options = new ArrayList<>();
    for (String each : states) {
      options.add(Map.of("value", each, "words", Texts.words(each), "chosen", each.equals(state)));
    }
    facts.put("states", options);
    facts.put("next", next.map(cursor -> link(path, cursor)).orElse(""));
    facts.put("first", cursor.isEmpty() ? "" : link(path, ""));
    return facts;
  }

  private String link(String path, String to) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("state", state);
    parameters.put("service", service);
    parameters.put("payer", payer);
    parameters.put("from", from);
    parameters.put("before", before);
    parameters.put("cursor", to);
    return Texts.link(path, parameters);
  }
}
