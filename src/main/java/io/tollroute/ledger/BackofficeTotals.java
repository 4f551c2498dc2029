package io.tollroute.ledger;

import java.util.Map;

/**
 * Sums of the books, in cents.
 *
 * @param payments by state as shown
 * @param charges by state in lower case
 * @param receivedCents came in: settled charges and payments that an operator saw
 * @param refundedCents paid back
 * @param refundDueCents to be paid back
 * @param unknownCents of charges whose outcome is not known
 */
public record BackofficeTotals(
    Map<String, Sum> payments,
    Map<String, Sum> charges,
    long receivedCents,
    long refundedCents,
    long refundDueCents,
    long unknownCents) {

  /**
   * How many, and what they cost together.
   *
   * @param paidCents what came in with them; the money of a token's uses came in with the token
   */
  public record Sum(long count, long cents, long paidCents) {}

  /** Copies the maps. */
  public BackofficeTotals {
    payments = Map.copyOf(payments);
    charges = Map.copyOf(charges);
  }
}
