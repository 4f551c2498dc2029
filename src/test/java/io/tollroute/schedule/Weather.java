package io.tollroute.schedule;

import java.util.SplittableRandom;

/**
 * How likely each trouble is in one schedule, from 0 to 1.
 *
 * @param crash of a replica, at each step
 * @param lapse of all leases that are held, at each step
 * @param upstream that the provider gives no answer
 * @param facilitator that the facilitator's answer does not arrive, or that it gives none
 * @param late that a settlement is done some time after its answer
 * @param refused that a settlement is refused
 * @param failed that a settlement, done or not, is called failed for no reason that excludes it
 * @param preempted that somebody else settles a payment, at each step
 * @param price that the price changes, or that a replica sees it, at each step
 * @param ledger that a commit fails or is believed to have failed
 * @param reply that a buyer does not get the answer that was sent
 * @param idempotent whether the facilitator says yes again to what it has settled before
 */
record Weather(
    double crash,
    double lapse,
    double upstream,
    double facilitator,
    double late,
    double refused,
    double failed,
    double preempted,
    double price,
    double ledger,
    double reply,
    boolean idempotent) {

  static Weather drawn(SplittableRandom random) {
    return new Weather(
        some(random, 0.02),
        some(random, 0.04),
        some(random, 0.4),
        some(random, 0.4),
        some(random, 0.4),
        some(random, 0.2),
        some(random, 0.3),
        random.nextInt(4) == 0 ? 0.01 : 0,
        random.nextInt(3) == 0 ? 0.03 : 0,
        some(random, 0.1),
        some(random, 0.3),
        random.nextBoolean());
  }

  /** Everybody does what he should. */
  static Weather fair(boolean idempotent) {
    return new Weather(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, idempotent);
  }

  /** Everybody does what he should from now on. */
  Weather calm() {
    return fair(idempotent);
  }

  /** Every other trouble is absent, so that the others are seen alone. */
  private static double some(SplittableRandom random, double most) {
    return random.nextBoolean() ? 0 : random.nextDouble() * most;
  }
}
