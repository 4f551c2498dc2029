package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Optional;

/**
 * The book of charges. Each method is one durable transition: when it returns, the new state
 * survives the death of the process. All throw {@code ledger_unavailable} when it could not be
 * written in time.
 */
public interface Ledger {

  /** Reason of a {@code ledger_unavailable} after which the work may be done all the same. */
  String IN_DOUBT = "commit_in_doubt";

  /**
   * Claims a proof for a request, atomically.
   *
   * @throws Refusal {@code payment_in_progress} while another call holds it, {@code payment_used}
   *     when it belongs to another request, {@code payment_identifier_used}, {@code
   *     answer_expired}, {@code refund_due}, {@code credited}, {@code refunded}, {@code
   *     payment_refused} for a token that is good for nothing (any more), {@code
   *     payment_not_payable}, {@code too_many_requests} while another call of a payer is not
   *     settled who has to be alone, or what the request has against beginning something new
   */
  Claim claim(ClaimRequest request) throws Refusal;

  /**
   * Makes a claim that begun without it the only call of its payer that is not settled, once it is
   * known to be his.
   *
   * @throws Refusal {@code too_many_requests} while another one is not settled, {@code
   *     payment_in_progress} when a later claim has taken over
   */
  void standAlone(Charge charge, String payer) throws Refusal;

  /**
   * Keeps the answer. A claimed charge is settling from now on, one that was paid before is
   * settled.
   *
   * @throws Refusal {@code payment_in_progress} when a later claim has taken over
   */
  Charge keep(Charge charge, KeptAnswer kept) throws Refusal;

  /**
   * Keeps the answer to a use of a token and spends the use, in one.
   *
   * @return the calls that the token is still good for
   * @throws Refusal {@code payment_in_progress} when a later claim has taken over
   */
  SpentUse spend(Charge charge, KeptAnswer kept) throws Refusal;

  /**
   * Records the settlement; {@code receipt} is the settlement as JSON. A charge without an answer
   * is paid from now on, any other is settled, and so is the payment that it buys. The answer is
   * kept until {@code keepUntil} (seconds since the epoch) at least.
   *
   * @param workSeconds how long the call may hold a charge that is paid now, to do the work
   * @param milliseconds how long its buyer has waited; empty where nobody did
   * @throws Refusal {@code payment_in_progress} when a later claim has taken over
   */
  Charge settled(
      Charge charge, String receipt, long keepUntil, long workSeconds, Optional<Long> milliseconds)
      throws Refusal;

  /**
   * Records that the proof's money had reached us before this call, through somebody else: it is
   * owed back. Only for a charge that has no answer.
   *
   * @param sells the payment that the call was to create, whose calls are owed then
   * @throws Refusal {@code payment_in_progress} when a later claim has taken over
   */
  Charge refundDue(Charge charge, String receipt, Optional<NewToken> sells) throws Refusal;

  /**
   * Ends the claim without a charge. A kept answer stays for the same request, a use goes back to
   * its token, and a charge that is paid stays paid.
   *
   * @return whether nothing is charged for certain; otherwise somebody else holds the charge, or a
   *     commit that was believed to be lost was not
   */
  boolean release(Charge charge) throws Refusal;

  /**
   * The same for a call that failed by our doing or the provider's, and not by its buyer's: where
   * it has a price it is counted for its service, by the error word.
   */
  boolean fail(Charge charge, String word) throws Refusal;

  /**
   * The same for a claim whose proof nobody has checked: nothing is remembered of it for long, as
   * anybody can write one.
   */
  boolean discard(Charge charge) throws Refusal;

  /**
   * Ends the claim of a call that was refused: as {@link #release}, or as {@link #discard} for a
   * proof that nobody has checked.
   *
   * @param word the error word with which the call ends
   */
  default boolean refuse(Charge charge, String word, boolean checked) throws Refusal {
    return checked ? release(charge) : discard(charge);
  }

  /** Says that the outcome of the settlement is not known. A paid charge stays paid. */
  void unknown(Charge charge) throws Refusal;
}
