package io.tollroute.answer;

import java.util.random.RandomGenerator;

/**
 * How long a caller is asked to wait. Many who are sent away in the same instant are given
 * different times, or they would all be back in the same instant too.
 *
 * @param least seconds, at least 0
 * @param most seconds, at least {@code least}
 */
public record Patience(int least, int most) {

  /** Refuses a span that ends before it begins. */
  public Patience {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException(least + " to " + most + " seconds is no time to wait");
    }
  }

  /**
   * A value for {@code Retry-After} (RFC 9110 section 10.2.3): whole seconds, drawn anew each time.
   */
  String retryAfter(RandomGenerator random) {
    return Integer.toString(random.nextInt(least, most + 1));
  }
}
