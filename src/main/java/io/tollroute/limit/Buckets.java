package io.tollroute.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bucket for every key that was seen lately. Keys come in two generations: when the young one is
 * full, it becomes the old one and the old one is forgotten, so memory is bounded and no key costs
 * more than another, whoever invents them.
 */
final class Buckets {

  private record Generations(Map<String, Bucket> young, Map<String, Bucket> old) {}

  private final Rate rate;
  private final TimeMeter time;
  private final int perGeneration;
  private volatile Generations generations =
      new Generations(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());

  /** At most {@code 2 * perGeneration} keys are remembered. */
  Buckets(Rate rate, Clock clock, int perGeneration) {
    this.rate = rate;
    this.time = new ClockTime(clock);
    this.perGeneration = perGeneration;
  }

  /** The bucket of a key; a key that is new or forgotten has a full one. */
  Bucket of(String key) {
    Generations now = generations;
    Bucket known = now.young().get(key);
    return known != null ? known : promoted(now, key);
  }

  private Bucket promoted(Generations now, String key) {
    if (now.young().size() >= perGeneration) {
      now = turned(now);
    }
    Map<String, Bucket> old = now.old();
    return now.young()
        .computeIfAbsent(
            key,
            fresh -> {
              Bucket known = old.get(fresh);
              return known != null ? known : full();
            });
  }

  private synchronized Generations turned(Generations full) {
    if (generations == full) {
      generations = new Generations(new ConcurrentHashMap<>(), full.young());
    }
    return generations;
  }

  private Bucket full() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(rate.amount()).refillGreedy(rate.amount(), rate.window()))
        .withCustomTimePrecision(time)
        .build();
  }

  /** How many keys are remembered. */
  int size() {
    Generations now = generations;
    return now.young().size() + now.old().size();
  }

  private record ClockTime(Clock clock) implements TimeMeter {

    @Override
    public long currentTimeNanos() {
      return clock.millis() * 1_000_000;
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
