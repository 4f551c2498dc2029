package io.tollroute.payment;

/**
 * How long a paid call may take.
 *
 * @param callSeconds verify, work and settle at their own deadlines, and what is left at the end
 */
public record Deadlines(int callSeconds) {

  /** What a claim is held longer than that, so that it is taken over only when its call is over. */
  private static final long SPARE_SECONDS = 30;

  /** How long a claim is held, in seconds. */
  long leaseSeconds() {
    return callSeconds + SPARE_SECONDS;
  }
}
