package io.tollroute.job;

/**
 * How long a job is left alone before it is looked at (again): a little longer each time.
 *
 * @param first the first pause, in milliseconds
 */
record LookPauses(long first) {

  private static final long LONGEST_MILLIS = 15_000;

  /** The pause before the look of this number, from 1. */
  long millis(long look) {
    return Math.min(Math.max(first, LONGEST_MILLIS), first * Math.max(1, look));
  }

  /** The same in whole seconds, at least one. */
  int seconds(long look) {
    return (int) Math.max(1, (millis(look) + 999) / 1000);
  }
}
