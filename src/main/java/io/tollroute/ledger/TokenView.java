package io.tollroute.ledger;

import java.util.Optional;

/**
 * A payment as its seller may see it: nothing with which it could be spent. Times are seconds since
 * the epoch.
 *
 * @param state pending, paid, exhausted, expired, refund_due or refunded
 * @param micros price of one call in millionths of the currency, as are all sums here
 * @param used calls spent or reserved
 * @param receipt what proves that it was paid, as JSON
 * @param reference of the transfer that an operator saw
 * @param excessMicros paid beyond the price
 * @param refundedMicros paid back so far
 * @param creditOf the charge that this payment makes good
 * @param note the operator's word on a refund
 * @param refund when and by which transaction it was paid back
 */
public record TokenView(
    String id,
    String state,
    String service,
    long micros,
    String currency,
    long calls,
    long used,
    String provider,
    Optional<String> payer,
    Optional<String> receipt,
    Optional<String> reference,
    long excessMicros,
    long refundedMicros,
    Optional<String> creditOf,
    Optional<String> note,
    long createdAt,
    long expiresAt,
    Optional<Long> paidAt,
    long updatedAt,
    Optional<Refunded> refund) {

  /** What was or is to be paid for it, in millionths of the currency. */
  public long paidMicros() {
    return micros * calls + excessMicros;
  }

  /** What was paid and neither spent nor paid back, in millionths of the currency. */
  public long openMicros() {
    return Math.max(0, paidMicros() - used * micros - refundedMicros);
  }
}
