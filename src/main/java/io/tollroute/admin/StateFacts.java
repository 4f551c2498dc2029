package io.tollroute.admin;

import io.tollroute.breaker.Breakers;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.module.Readiness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Whether the shop can sell, and who is not called at the moment. */
final class StateFacts {

  private final Supplier<List<Readiness>> checks;
  private final Breakers breakers;
  private final LiveCatalogue catalogue;

  StateFacts(Supplier<List<Readiness>> checks, Breakers breakers, LiveCatalogue catalogue) {
    this.checks = checks;
    this.breakers = breakers;
    this.catalogue = catalogue;
  }

  /** What an operator should know at once, a sentence each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Readiness check : checks.get()) {
      check
          .objection()
          .ifPresent(why -> warnings.add("Nothing is sold: " + check.getId() + ": " + why));
    }
    for (String upstream : breakers.open()) {
      warnings.add(upstream + " has failed too often and is not called for a while");
    }
    catalogue
        .lastFault()
        .ifPresent(
            why -> warnings.add("The services folder is broken; the last good one is on sale"));
    return warnings;
  }

  Map<String, Object> facts() {
    List<Map<String, Object>> conditions = new ArrayList<>();
    for (Readiness check : checks.get()) {
      String why = check.objection().orElse("");
      conditions.add(row(check.getId(), why.isEmpty() ? "well" : "bad", why));
    }
    List<Map<String, Object>> upstreams = new ArrayList<>();
    new TreeMap<>(breakers.states())
        .forEach(
            (name, state) ->
                upstreams.add(row(name, state.equals("open") ? "bad" : "well", said(state))));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("conditions", conditions);
    facts.put("upstreams", upstreams);
    return facts;
  }

  private static String said(String state) {
    return switch (state) {
      case "closed" -> "called";
      case "open" -> "not called for a while: its last calls failed";
      case "half_open" -> "a few calls are let through";
      default -> "called, however often it fails (tollroute.breaker is off)";
    };
  }

  private static Map<String, Object> row(String name, String state, String says) {
    return Map.of("name", name, "state", state, "says", says);
  }
}
