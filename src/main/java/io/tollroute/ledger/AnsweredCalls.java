package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Map;

/** How many calls were answered and paid: with a signature, or with a use of a token. */
public interface AnsweredCalls {

  /**
   * Those of one service. Calls that cost nothing, what was paid back and what was bought for later
   * are none of them.
   *
   * @param count how many, at least one
   * @param lastAt when the last of them was paid, in seconds since the epoch
   * @param waits how long those buyers waited who got the answer with the request that began it
   */
  record Answered(long count, long lastAt, Waits waits) {

    /** Calls of which nobody knows how long their buyers waited. */
    public Answered(long count, long lastAt) {
      this(count, lastAt, Waits.NONE);
    }

    /** These and others of the same service. */
    public Answered and(Answered others) {
      return new Answered(
          count + others.count, Math.max(lastAt, others.lastAt), waits.and(others.waits));
    }
  }

  /**
   * Those that were paid in a time, by the id of their service; a service without any is missing.
   *
   * @param from its first second since the epoch
   * @param until the second after its last
   * @throws Refusal {@code ledger_unavailable}
   */
  Map<String, Answered> between(long from, long until) throws Refusal;

  /**
   * How many calls were paid for in a time and are not answered for their money, by the id of their
   * service: what is owed back, was paid back or made good with a token.
   *
   * @param from its first second since the epoch
   * @param until the second after its last
   * @throws Refusal {@code ledger_unavailable}
   */
  Map<String, Long> unanswered(long from, long until) throws Refusal;

  /**
   * How many calls failed by our doing or the provider's with a payment that was good, and were not
   * charged, by the id of their service.
   *
   * @param from its first day since the epoch (UTC)
   * @throws Refusal {@code ledger_unavailable}
   */
  Map<String, Long> failed(long from) throws Refusal;
}
