package io.tollroute.ledger;

/**
 * One paid call in the ledger, as the step that holds it knows it.
 *
 * @param key the proof key, or the key of one use of a token
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
    /** Settlement has begun. The answer is kept, unless the service is paid before the work. */
    SETTLING,
    /** Whether money moved is not known; otherwise as SETTLING. */
    UNKNOWN,
    /** Charged before the work was done; the answer is owed. */
    PAID,
    /** Charged; the answer may be delivered, again and again while it is kept. */
    SETTLED,
    /** Not charged; the payment is free for any request. */
    RELEASED,
    /** Charged without an answer that could be given; the money is owed back, or a token. */
    REFUND_DUE,
    /** The operator has paid the money back. */
    REFUNDED,
    /** The payer has taken a token instead of the answer. */
    CREDITED;

    /** Whether the money of a charge in this state has come in, whatever became of it since. */
    public boolean cameIn() {
      return switch (this) {
        case SETTLED, PAID, REFUND_DUE, REFUNDED, CREDITED -> true;
        case CLAIMED, ANSWERED, SETTLING, UNKNOWN, RELEASED -> false;
      };
    }
  }

  public Charge in(State next) {
    return new Charge(key, fence, next);
  }
}
