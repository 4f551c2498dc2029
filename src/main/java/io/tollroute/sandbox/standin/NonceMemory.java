package io.tollroute.sandbox.standin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what has been seen for a while, and of that only so much. */
final class NonceMemory {

  private final Clock clock;
  private final Duration retention;
  private final int capacity;
  private final Map<String, Instant> seen = new LinkedHashMap<>();

  NonceMemory(Clock clock, Duration retention, int capacity) {
    this.clock = clock;
    this.retention = retention;
    this.capacity = capacity;
  }

  /** Whether this is seen for the first time; from now on it is known. */
  synchronized boolean isNew(String nonce) {
    Instant now = clock.instant();
    Iterator<Instant> oldestFirst = seen.values().iterator();
    while (oldestFirst.hasNext()) {
      boolean expired = oldestFirst.next().plus(retention).isBefore(now);
      if (!expired && seen.size() < capacity) {
        break;
      }
      oldestFirst.remove();
    }
    return seen.putIfAbsent(nonce, now) == null;
  }
}
