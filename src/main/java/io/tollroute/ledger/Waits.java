package io.tollroute.ledger;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long buyers have waited for answers, in milliseconds, rounded up to two digits that count: so
 * few of them are kept, and a percentile is what it would be of the exact ones, rounded up.
 *
 * @param counts how many waited so long
 */
public record Waits(SortedMap<Long, Long> counts) {

  /** Of nobody. */
  public static final Waits NONE = new Waits(new TreeMap<>());

  /** How many waited. */
  public long size() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** These and others. */
  Waits and(Waits others) {
    SortedMap<Long, Long> all = new TreeMap<>(counts);
    others.counts.forEach((milliseconds, count) -> all.merge(milliseconds, count, Long::sum));
    return new Waits(all);
  }

  /**
   * The shortest wait that so many of a hundred did not exceed (nearest rank). There must be one.
   *
   * @param percent from 1 to 100
   */
  public long percentile(int percent) {
    long rank = (size() * percent + 99) / 100;
    for (Map.Entry<Long, Long> entry : counts.entrySet()) {
      rank -= entry.getValue();
      if (rank <= 0) {
        return entry.getKey();
      }
    }
    throw new IllegalStateException("a percentile of nothing");
  }
}
