package io.tollroute.payment;

/**
 * One paid call in the ledger, as the step that holds it knows it.
 *
 * @param key the proof key
 * @param fence number of the claim; a later claim has a higher one and ends this one's rights
 * @param state state of the charge when this step took it over
 */
public record Charge(String key, long fence, State state) {

  /** States of a charge; see docs/architecture.md for the ways between them. */
  public enum State {
    /** A call is being worked on; nothing has moved. */
    CLAIMED,
    /** The answer is kept and not charged; the same payment may still be settled for it. */
    ANSWERED,
    /** The answer is kept and settlement has begun. */
    SETTLING,
    /** The answer is kept; whether money moved is not known. */
    UNKNOWN,
    /** Charged; the answer may be delivered, again and again while it is kept. */
    SETTLED,
    /** Not charged; the payment is free for any request. */
    RELEASED
  }

  Charge in(State next) {
    return new Charge(key, fence, next);
  }
}
