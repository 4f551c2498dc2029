package io.tollroute.ledger;

import java.util.Locale;
import java.util.Optional;

/**
 * A charge as its seller may see it: without answer, request and anything that could be spent.
 * Times are seconds since the epoch.
 *
 * @param state in lower case
 * @param micros price of the call in millionths of the currency, as are all sums here
 * @param amount what the proof moves, in the asset's atomic units
 * @param payment the payment whose token was used
 * @param buys the payment that this charge pays
 * @param requestId our id of the request
 * @param upstreamId the provider's id of the call
 * @param receipt the settlement as JSON
 * @param refundedMicros paid back
 * @param note the operator's word on a refund
 * @param answerKept whether the buyer can still fetch the answer
 * @param leaseUntil until when a call holds it; past when none does
 * @param unknownAt since when the outcome is not known
 * @param decision what an operator has decided of it
 * @param refund when and by which transaction it was paid back
 */
public record ChargeView(
    String key,
    String state,
    String service,
    String method,
    long micros,
    String currency,
    Optional<String> amount,
    Optional<String> payer,
    Optional<String> payment,
    Optional<String> buys,
    String requestId,
    Optional<String> upstreamId,
    Optional<String> receipt,
    long refundedMicros,
    Optional<String> note,
    boolean answerKept,
    long leaseUntil,
    long createdAt,
    long updatedAt,
    Optional<Long> settledAt,
    Optional<Long> unknownAt,
    Optional<Decided> decision,
    Optional<Refunded> refund) {

  /** What it is for: {@code call}, {@code purchase} of a token, or {@code use} of one. */
  public String kind() {
    if (payment.isPresent()) {
      return "use";
    }
    return buys.isPresent() ? "purchase" : "call";
  }

  /** Whether its money has come in, whatever became of it since. */
  public boolean cameIn() {
    return Charge.State.valueOf(state.toUpperCase(Locale.ROOT)).cameIn();
  }

  /**
   * What came in with it, in millionths of the currency; the money of a use came in with its token.
   */
  public long paidMicros() {
    return payment.isEmpty() && cameIn() ? micros : 0;
  }

  /**
   * A decision of an operator.
   *
   * @param at seconds since the epoch
   * @param by who said so, where it was told
   * @param how node or word
   * @param reason why
   */
  public record Decided(long at, Optional<String> by, String how, Optional<String> reason) {}
}
