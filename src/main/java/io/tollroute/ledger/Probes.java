package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Map;

/**
 * Calls that the operator makes by the clock to see whether a service works. They cost nothing and
 * are no sales. All throw {@code ledger_unavailable}.
 */
public interface Probes {

  /** The payment provider of the tokens that they are paid with. */
  String PROVIDER = "probe";

  /** What a call that was answered ended in; any other ends in an error word. */
  String ANSWERED = "answered";

  /**
   * The last call that ended.
   *
   * @param endedAt seconds since the epoch
   * @param outcome {@link #ANSWERED} or an error word
   * @param milliseconds how long it took
   */
  record Last(long endedAt, String outcome, long milliseconds) {}

  /**
   * Takes the turn of a service, of many processes one.
   *
   * @param begunAt now, in seconds since the epoch
   * @param pauseSeconds how long nobody begins another one
   * @param leaseSeconds how long it may take before its process counts as dead
   * @return whether it is the caller's
   */
  boolean take(String service, long begunAt, long pauseSeconds, long leaseSeconds) throws Refusal;

  /** Says what became of the turn that was taken at {@code begunAt}. */
  void ended(String service, long begunAt, Last last) throws Refusal;

  /** The last of each service, by its id. */
  Map<String, Last> last() throws Refusal;
}
