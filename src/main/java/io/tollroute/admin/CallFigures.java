package io.tollroute.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What this process has counted since its start, for the overview. */
final class CallFigures {

  private static final String OUTCOME = "outcome";
  private static final String SOLD = "sold";
  private static final int WORDS = 12;

  /** Ends of a call at which nothing went wrong. */
  private static final List<String> WELL = List.of(SOLD, "replayed", "working");

  private final Optional<MeterRegistry> registry;

  /** Figures of {@code registry}; none where nothing is counted. */
  CallFigures(Optional<MeterRegistry> registry) {
    this.registry = registry;
  }

  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("counted", registry.isPresent());
    long paid =
        sum("tollroute.calls", call -> is(call, OUTCOME, SOLD) && !is(call, "method", "free"));
    long told = sum("tollroute.terms", every -> true);
    long probes = sum("tollroute.terms", terms -> is(terms, "asked", "nothing"));
    facts.put("paid", Long.toString(paid));
    facts.put("told", Long.toString(told));
    facts.put("probes", Long.toString(probes));
    facts.put("conversion", told == 0 ? "–" : percent(paid, told));
    facts.put("errors", errors());
    return facts;
  }

  private static String percent(long part, long whole) {
    return BigDecimal.valueOf(part * 100)
            .divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP)
            .toPlainString()
        + " %";
  }

  private List<Map<String, String>> errors() {
    Map<String, Long> words = new TreeMap<>();
    for (String name : List.of("tollroute.calls", "tollroute.other.refusals")) {
      for (Counter counter : counters(name)) {
        String word = counter.getId().getTag(OUTCOME);
        if (word != null && !WELL.contains(word)) {
          words.merge(word, (long) counter.count(), Long::sum);
        }
      }
    }
    return words.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(WORDS)
        .map(word -> Map.of("word", word.getKey(), "count", word.getValue().toString()))
        .toList();
  }

  private long sum(String name, Predicate<Counter> which) {
    return (long) counters(name).stream().filter(which).mapToDouble(Counter::count).sum();
  }

  private Collection<Counter> counters(String name) {
    return registry.map(known -> known.find(name).counters()).orElse(List.of());
  }

  private static boolean is(Counter counter, String tag, String value) {
    return value.equals(counter.getId().getTag(tag));
  }
}
