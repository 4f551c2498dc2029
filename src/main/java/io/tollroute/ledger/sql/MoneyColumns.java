package io.tollroute.ledger.sql;

/**
 * How sums stand in the database: whole cents in one column, and in another the millionths of the
 * currency beyond them, of which an earlier version that writes beside us knows nothing.
 */
final class MoneyColumns {

  private static final long MICROS_OF_CENT = 10_000;

  /** What a charge or one call of a payment costs, in millionths of the currency. */
  static final String PRICE = "(cents * 10000 + rest)";

  /** What was paid beyond the price of a payment. */
  static final String EXCESS = "(excess_cents * 10000 + excess_rest)";

  /** What was paid back. */
  static final String REFUNDED = "(refunded_cents * 10000 + refunded_rest)";

  private MoneyColumns() {}

  /** The whole cents of a sum in millionths. */
  static long cents(long micros) {
    return Math.floorDiv(micros, MICROS_OF_CENT);
  }

  /** What a sum has beyond them. */
  static long rest(long micros) {
    return Math.floorMod(micros, MICROS_OF_CENT);
  }
}
