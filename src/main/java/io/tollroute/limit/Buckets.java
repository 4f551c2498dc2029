package io.tollroute.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.util.Optional;

/** A bucket for every key that was seen lately. */
final class Buckets {

  private final RecentKeys<Bucket> keys;

  /** At most {@code 2 * perGeneration} keys are remembered. */
  Buckets(Rate rate, Clock clock, int perGeneration) {
    TimeMeter time = new ClockTime(clock);
    this.keys = new RecentKeys<>(() -> full(rate, time), perGeneration);
  }

  /** The bucket of a key; a key that is new or forgotten has a full one. */
  Bucket of(String key) {
    return keys.of(key);
  }

  /** The bucket of a key that is remembered. */
  Optional<Bucket> find(String key) {
    return keys.find(key);
  }

  private static Bucket full(Rate rate, TimeMeter time) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(rate.amount()).refillGreedy(rate.amount(), rate.window()))
        .withCustomTimePrecision(time)
        .build();
  }

  /** How many keys are remembered. */
  int size() {
    return keys.size();
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
