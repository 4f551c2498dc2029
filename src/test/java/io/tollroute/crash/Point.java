package io.tollroute.crash;

import io.tollroute.sandbox.StrictStandIns.Moment;
import java.util.Set;

/**
 * Where a call is when its process dies: the points E01 to E10 of the list of failures, and both
 * sides of each commit.
 *
 * <p>What a stand-in can see is reached by its holding the call. What happens between two commits
 * is reached by Byteman, a test-only agent that holds the thread at a method of the ledger or of a
 * step; the product itself knows nothing of it.
 */
enum Point {
  E01_BEFORE_COMMIT("E01", "in the claim, before it is committed", commit("claim", "AT"), "", 0),
  E01_AFTER_COMMIT(
      "E01", "in the claim, when it is committed", commit("claim", "AFTER"), "CLAIMED", 0),
  E01("E01", "after the claim", method(Code.LEDGER, "claim", "AT EXIT"), "CLAIMED", 0),
  E01_VERIFY_ASKED("E01", "after the claim, verify asked", at(Moment.VERIFY_ASKED), "CLAIMED", 0),
  E02("E02", "after verify", method(Code.VERIFY, "process", "AT EXIT"), "CLAIMED", 0),
  E03("E03", "before the upstream", method(Code.SIGN, "process", "AT EXIT"), "CLAIMED", 0),
  E04_ASKED("E04", "during the upstream's work", at(Moment.CALL_ASKED), "CLAIMED", 0),
  E04_DONE("E04", "when the upstream has done it", at(Moment.CALL_DONE), "CLAIMED", 0),
  E05("E05", "before the store", method(Code.LEDGER, "keep", "AT ENTRY"), "CLAIMED", 0),
  E05_BEFORE_COMMIT(
      "E05", "in the store, before it is committed", commit("keep", "AT"), "CLAIMED", 0),
  E06_AFTER_COMMIT(
      "E06", "in the store, when it is committed", commit("keep", "AFTER"), "SETTLING", 0),
  E06("E06", "before settle", method(Code.LEDGER, "keep", "AT EXIT"), "SETTLING", 0),
  E07_ASKED("E07", "during settle, before money moves", at(Moment.SETTLE_ASKED), "SETTLING", 0),
  E07_DONE("E07", "during settle, when money has moved", at(Moment.SETTLE_DONE), "SETTLING", 1),
  E08("E08", "before the mark", method(Code.LEDGER, "settled", "AT ENTRY"), "SETTLING", 1),
  E08_BEFORE_COMMIT(
      "E08", "in the mark, before it is committed", commit("settled", "AT"), "SETTLING", 1),
  E09_AFTER_COMMIT(
      "E09", "in the mark, when it is committed", commit("settled", "AFTER"), "SETTLED", 1),
  E09("E09", "before the reply", method(Code.LEDGER, "settled", "AT EXIT"), "SETTLED", 1),
  E10("E10", "after the reply", new AfterReply(), "SETTLED", 1);

  /** Classes of the product by name: a rule is text. */
  private static final class Code {
    private static final String LEDGER = "io.tollroute.payment.SqlLedger";
    private static final String VERIFY = "io.tollroute.x402.VerifyAnswer";
    private static final String SIGN = "io.tollroute.alibaba.SignRpc";
  }

  /** How the call is brought to a stop. */
  sealed interface Stop {}

  /** A stand-in holds it. */
  record AtStandIn(Moment moment) implements Stop {}

  /** The agent holds the thread that enters or leaves a method. */
  record InMethod(String type, String method, String where) implements Stop {}

  /** The agent holds the thread that commits what this transition of the ledger wrote. */
  record InCommit(String transition, String side) implements Stop {}

  /** It is over. */
  record AfterReply() implements Stop {}

  private static final Set<Point> WORK_IS_LOST =
      Set.of(E04_ASKED, E04_DONE, E05, E05_BEFORE_COMMIT);

  private final String id;
  private final String words;
  private final Stop stop;
  private final String state;
  private final int settled;

  Point(String id, String words, Stop stop, String state, int settled) {
    this.id = id;
    this.words = words;
    this.stop = stop;
    this.state = state;
    this.settled = settled;
  }

  private static Stop at(Moment moment) {
    return new AtStandIn(moment);
  }

  private static Stop method(String type, String method, String where) {
    return new InMethod(type, method, where);
  }

  private static Stop commit(String transition, String side) {
    return new InCommit(transition, side);
  }

  Stop stop() {
    return stop;
  }

  /** What the ledger holds of the charge when the process is dead; empty for nothing. */
  String state() {
    return state;
  }

  /** How often money has moved by then. */
  int settled() {
    return settled;
  }

  /**
   * The most calls upstream that I6 allows: one, and one more for the crash where the first one's
   * answer died with the process.
   */
  int mostUpstreamCalls() {
    return WORK_IS_LOST.contains(this) ? 2 : 1;
  }

  boolean isDelivered() {
    return stop instanceof AfterReply;
  }

  @Override
  public String toString() {
    return id + " kill -9 " + words;
  }
}
