package io.tollroute.ledger;

import java.util.Map;

/**
 * Sums of the books, in millionths of the currency.
 *
 * @param payments by state as shown
 * @param charges by state in lower case
 * @param receivedMicros came in: settled charges and payments that an operator saw
 * @param refundedMicros paid back
 * @param refundDueMicros to be paid back
 * @param unknownMicros of charges whose outcome is not known
 */
public record BackofficeTotals(
    Map<String, Sum> payments,
    Map<String, Sum> charges,
    long receivedMicros,
    long refundedMicros,
    long refundDueMicros,
    long unknownMicros) {

  /**
   * How many, and what they cost together.
   *
   * @param paidMicros what came in with them; the money of a token's uses came in with the token
   */
  public record Sum(long count, long micros, long paidMicros) {}

  /** Copies the maps. */
  public BackofficeTotals {
    payments = Map.copyOf(payments);
    charges = Map.copyOf(charges);
  }
}
