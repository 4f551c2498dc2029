package io.tollroute.limit;

import java.time.Duration;

/**
 * So many within so long, at once or spread, and afterwards as many as time gives back.
 *
 * @param amount how many
 * @param window within how long
 */
public record Rate(long amount, Duration window) {

  /** {@code perSecond} in the long run, {@code burst} at once. */
  public static Rate perSecond(long perSecond, long burst) {
    return new Rate(burst, Duration.ofNanos(Math.max(1, burst * 1_000_000_000L / perSecond)));
  }

  /** {@code perMinute} in the long run, and as many at once. */
  public static Rate perMinute(long perMinute) {
    return new Rate(perMinute, Duration.ofMinutes(1));
  }
}
