package io.tollroute.ledger;

import java.util.Optional;

/**
 * A payment as its seller may see it: nothing with which it could be spent. Times are seconds since
 * the epoch.
 *
 * @param state pending, paid, exhausted, expired, refund_due or refunded
 * @param cents price of one call
 * @param used calls spent or reserved
 * @param receipt what proves that it was paid, as JSON
 * @param reference of the transfer that an operator saw
 * @param excessCents paid beyond the price
 * @param refundedCents paid back so far
 * @param creditOf the charge that this payment makes good
 * @param note the operator's word on a refund
 * @param refund when and by which transaction it was paid back
 */
public record TokenView(
    String id,
    String state,
    String service,
    long cents,
    String currency,
    long calls,
    long used,
    String provider,
    Optional<String> payer,
    Optional<String> receipt,
    Optional<String> reference,
    long excessCents,
    long refundedCents,
    Optional<String> creditOf,
    Optional<String> note,
    long createdAt,
    long expiresAt,
    Optional<Long> paidAt,
    long updatedAt,
    Optional<Refunded> refund) {

  /** What was or is to be paid for it, in cents. */
  public long paidCents() {
    return cents * calls + excessCents;
  }

  /** What was paid and neither spent nor paid back, in cents. */
  public long openCents() {
    return Math.max(0, paidCents() - used * cents - refundedCents);
  }
}
