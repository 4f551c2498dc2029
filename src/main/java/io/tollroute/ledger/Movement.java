package io.tollroute.ledger;

import java.util.Optional;

/**
 * Money that came in or was paid back.
 *
 * @param kind what for
 * @param at when, in seconds since the epoch
 * @param micros how much, in millionths of the currency; below zero for what was paid back
 * @param service id of the service that was sold
 * @param method by which it was paid: {@code x402}, {@code manual}, or that of another module
 * @param amount what the proof moved, in the asset's atomic units; not known of what was paid back
 * @param payer who paid, and to whom it was paid back
 * @param charge key of the charge by which it came in
 * @param order the payment that was bought, or that was paid back
 * @param receipt what proves that it came in, as JSON
 * @param refundTransaction by which it was paid back, where it was noted
 * @param text reference of an invoice's transfer, or the operator's note of a refund
 */
public record Movement(
    Kind kind,
    long at,
    long micros,
    String currency,
    String service,
    String method,
    Optional<String> amount,
    Optional<String> payer,
    Optional<String> charge,
    Optional<String> order,
    Optional<String> receipt,
    Optional<String> refundTransaction,
    Optional<String> text) {

  /** What money moved for. */
  public enum Kind {
    /** A call that was paid by itself. */
    CALL,
    /** A token for calls. */
    ORDER,
    /** A token whose money an operator saw. */
    INVOICE,
    /** Back to who had paid. */
    REFUND
  }
}
