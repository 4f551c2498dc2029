package io.tollroute.payment;

import io.tollroute.call.Refusal;

/**
 * The book of charges. Each method is one durable transition: when it returns, the new state
 * survives the death of the process. All throw {@code ledger_unavailable} when it could not be
 * written in time.
 */
public interface Ledger {

  /**
   * Claims a proof for a request, atomically.
   *
   * @throws Refusal {@code payment_in_progress} while another call holds it, {@code payment_used}
   *     when it belongs to another request, {@code payment_identifier_used}, {@code
   *     answer_expired}, or the proof's own objection when it has one and begins nothing new
   */
  Claim claim(ClaimRequest request) throws Refusal;

  /**
   * Keeps the sealed answer and begins the settlement.
   *
   * @param keepUntil seconds since the epoch up to which the answer must be kept
   * @throws Refusal {@code payment_in_progress} when a later claim has taken over
   */
  Charge keep(Charge charge, byte[] sealedAnswer, long keepUntil) throws Refusal;

  /** Records the settlement; {@code receipt} is the settlement as JSON. */
  Charge settled(Charge charge, String receipt) throws Refusal;

  /**
   * Ends the claim without a charge. A kept answer stays for the same request. A settled charge
   * stays settled.
   */
  void release(Charge charge) throws Refusal;

  /** Says that the outcome of the settlement is not known. A settled charge stays settled. */
  void unknown(Charge charge) throws Refusal;

  /** Erases answers that need not be kept any longer and claims that came to nothing. */
  void eraseExpired() throws Refusal;
}
