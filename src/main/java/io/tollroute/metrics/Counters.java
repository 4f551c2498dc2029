package io.tollroute.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The counters of one name. To count once more makes nothing but the key, as most of it is done for
 * callers who pay nothing.
 *
 * @param <K> the values of the labels
 */
final class Counters<K> {

  private final Map<K, Counter> known = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  private final String name;
  private final String description;
  private final Function<K, Tags> labels;

  Counters(MeterRegistry registry, String name, String description, Function<K, Tags> labels) {
    this.registry = registry;
    this.name = name;
    this.description = description;
    this.labels = labels;
  }

  /** Shows 0 until there is something to count, so that the first time is seen to be a rise. */
  void expect(K key) {
    known.computeIfAbsent(key, this::made);
  }

  void add(K key) {
    add(key, 1);
  }

  void add(K key, double amount) {
    Counter counter = known.get(key);
    if (counter == null) {
      counter = known.computeIfAbsent(key, this::made);
    }
    counter.increment(amount);
  }

  private Counter made(K key) {
    return Counter.builder(name)
        .description(description)
        .tags(labels.apply(key))
        .register(registry);
  }
}
