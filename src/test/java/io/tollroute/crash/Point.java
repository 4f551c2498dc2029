package io.tollroute.crash;

import io.tollroute.sandbox.standin.StrictStandIns.Moment;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a call is when its process dies: each step of it, and both sides of each commit.
 *
 * <p>What a stand-in can see is reached by its holding the call. What happens between two commits
 * is reached by Byteman, a test-only agent that holds the thread at a method of the ledger or of a
 * step; the product itself knows nothing of it.
 *
 * @param name names the point in rules and files
 * @param words what it is, to a reader
 * @param stop how the call is brought to a stop
 * @param state what the ledger holds of the charge when the process is dead; empty for nothing
 * @param settled how often money has moved by then
 * @param mostUpstreamCalls the most that is allowed: one, and one more for the crash where the
 *     first one's answer died with the process; none where a token is bought
 */
record Point(
    String name, String words, Stop stop, String state, int settled, int mostUpstreamCalls) {

  private static final String LEDGER = "io.tollroute.ledger.sql.SqlLedger";
  private static final String LOOK = "io.tollroute.job.ReadLook";
  private static final String END_JOB = "io.tollroute.job.EndJob";
  private static final String VERIFY = "io.tollroute.x402.VerifyAnswer";
  private static final String RECORD = "io.tollroute.corridor.RecordSettlement";
  private static final String BEGIN_CALL = "io.tollroute.alibaba.BeginRpc";
  private static final String SIGN_CALL = "io.tollroute.alibaba.SignRpc";

  /** A way to stop a call. */
  sealed interface Stop {}

  /** A stand-in holds it. */
  record AtStandIn(Moment moment) implements Stop {}

  /** The agent holds the thread that enters or leaves a method. */
  record InMethod(String type, String method, String where) implements Stop {}

  /** The agent holds the thread that commits what this transition of the ledger wrote. */
  record InCommit(String transition, String side) implements Stop {}

  /** It is over. */
  record AfterReply() implements Stop {}

  /** The answer is kept, and nothing has moved. */
  static final Point KEPT =
      new Point("keep-exit", "before settle", leaves(LEDGER, "keep"), "SETTLING", 0, 1);

  /** The answer is kept, and money has moved. */
  static final Point MOVED =
      new Point("moved", "during settle, moved", at(Moment.SETTLE_DONE), "SETTLING", 1, 1);

  /** The buyer has the answer. */
  static final Point REPLIED =
      new Point("replied", "after the reply", new AfterReply(), "SETTLED", 1, 1);

  /** Points of a call that is paid with a signature. */
  static List<Point> ofX402() {
    return List.of(
        claim("claim-before", "in the claim, not committed", commit("claim", "AT"), ""),
        claim("claim-after", "in the claim, committed", commit("claim", "AFTER"), "CLAIMED"),
        claim("claim-exit", "after the claim", leaves(LEDGER, "claim"), "CLAIMED"),
        claim("verify-exit", "after verify", leaves(VERIFY, "process"), "CLAIMED"),
        claim("sign-exit", "before the upstream", leaves(SIGN_CALL, "process"), "CLAIMED"),
        lost("asked", "during the upstream", at(Moment.CALL_ASKED)),
        lost("done", "during the upstream, done", at(Moment.CALL_DONE)),
        lost("keep-entry", "before the store", enters(LEDGER, "keep")),
        lost("keep-before", "in the store, not committed", commit("keep", "AT")),
        new Point(
            "keep-after",
            "before settle, in the store, committed",
            commit("keep", "AFTER"),
            "SETTLING",
            0,
            1),
        KEPT,
        new Point(
            "settle-asked", "during settle, not moved", at(Moment.SETTLE_ASKED), "SETTLING", 0, 1),
        MOVED,
        new Point(
            "settled-entry",
            "after settle, before mark",
            enters(LEDGER, "settled"),
            "SETTLING",
            1,
            1),
        new Point(
            "settled-before",
            "in the mark, not committed",
            commit("settled", "AT"),
            "SETTLING",
            1,
            1),
        new Point(
            "settled-after",
            "before the reply, in the mark, committed",
            commit("settled", "AFTER"),
            "SETTLED",
            1,
            1),
        new Point("settled-exit", "before the reply", leaves(LEDGER, "settled"), "SETTLED", 1, 1),
        REPLIED);
  }

  /**
   * Points of a call that is paid with a token: verifying it is part of the claim, and one commit
   * keeps the answer and spends the use.
   */
  static List<Point> ofToken() {
    return List.of(
        claim("t-claim-before", "in the claim, not committed", commit("claim", "AT"), ""),
        claim("t-claim-exit", "after the claim", leaves(LEDGER, "claim"), "CLAIMED"),
        claim("t-begin", "after verify", enters(BEGIN_CALL, "process"), "CLAIMED"),
        claim("t-sign-exit", "before the upstream", leaves(SIGN_CALL, "process"), "CLAIMED"),
        lost("t-done", "during the upstream", at(Moment.CALL_DONE)),
        lost("t-spend-entry", "before the store", enters(LEDGER, "spend")),
        lost("t-spend-before", "in the spending, not committed", commit("spend", "AT")),
        spent("t-spend-after", "in the spending, committed", commit("spend", "AFTER")),
        spent("t-record", "after the spending", enters(RECORD, "process")),
        spent("t-record-exit", "before the reply", leaves(RECORD, "process")),
        spent("t-replied", "after the reply", new AfterReply()));
  }

  /** Points of a call to a service that is paid before the work. */
  static List<Point> ofPaidFirst() {
    return List.of(
        new Point("f-claim-exit", "after the claim", leaves(LEDGER, "claim"), "SETTLING", 0, 1),
        new Point("f-moved", "during settle, moved", at(Moment.SETTLE_DONE), "SETTLING", 1, 1),
        new Point(
            "f-settled-before",
            "in the mark, not committed",
            commit("settled", "AT"),
            "SETTLING",
            1,
            1),
        new Point(
            "f-settled-after",
            "in the mark, committed, before the upstream",
            commit("settled", "AFTER"),
            "PAID",
            1,
            1),
        new Point("f-done", "during the upstream, done", at(Moment.CALL_DONE), "PAID", 1, 2),
        new Point(
            "f-keep-after",
            "before the reply, in the store, committed",
            commit("keep", "AFTER"),
            "SETTLED",
            1,
            1));
  }

  /**
   * Points of a call whose work goes on as a job: it is lost while its provider only has begun it,
   * and from then on it ends whoever looks at it.
   */
  static List<Point> ofJob() {
    return List.of(
        claim("j-claim-exit", "after the claim", leaves(LEDGER, "claim"), "CLAIMED"),
        lost("j-done", "when the provider has begun it", at(Moment.CALL_DONE)),
        lost("j-begin-before", "in the beginning, not committed", commit("begin-job", "AT")),
        goesOn("j-begin-after", "in the beginning, committed", commit("begin-job", "AFTER")),
        goesOn("j-look", "when it was looked at", leaves(LOOK, "process")),
        goesOn("j-keep-before", "in the store, not committed", commit("keep", "AT")),
        new Point(
            "j-keep-after", "in the store, committed", commit("keep", "AFTER"), "SETTLING", 0, 1),
        new Point("j-moved", "during settle, moved", at(Moment.SETTLE_DONE), "SETTLING", 1, 1),
        new Point(
            "j-settled-before",
            "in the mark, not committed",
            commit("settled", "AT"),
            "SETTLING",
            1,
            1),
        settledJob("j-settled-after", "in the mark, committed", commit("settled", "AFTER")),
        settledJob("j-end", "before its end is written", enters(END_JOB, "done")),
        settledJob("j-end-before", "in its end, not committed", commit("end-job", "AT")),
        settledJob("j-end-after", "in its end, committed", commit("end-job", "AFTER")));
  }

  /** The same with a token, whose use one commit spends and keeps the answer. */
  static List<Point> ofTokenJob() {
    return List.of(
        goesOn("k-begin-after", "in the beginning, committed", commit("begin-job", "AFTER")),
        goesOn("k-spend-before", "in the spending, not committed", commit("spend", "AT")),
        spent("k-spend-after", "in the spending, committed", commit("spend", "AFTER")),
        spent("k-end-after", "in its end, committed", commit("end-job", "AFTER")));
  }

  /** The same where it is paid before the work. */
  static List<Point> ofPaidJob() {
    return List.of(
        new Point(
            "l-begin-before",
            "in the beginning, not committed",
            commit("begin-job", "AT"),
            "PAID",
            1,
            2),
        new Point(
            "l-begin-after",
            "in the beginning, committed",
            commit("begin-job", "AFTER"),
            "PAID",
            1,
            1),
        settledJob("l-keep-after", "in the store, committed", commit("keep", "AFTER")));
  }

  /** Points of paying an order. */
  static List<Point> ofOrder() {
    return List.of(
        sold("o-keep-exit", "before settle", leaves(LEDGER, "keep"), "SETTLING", 0),
        sold("o-moved", "during settle, moved", at(Moment.SETTLE_DONE), "SETTLING", 1),
        sold("o-before", "in the mark, not committed", commit("settled", "AT"), "SETTLING", 1),
        sold("o-after", "in the mark, committed", commit("settled", "AFTER"), "SETTLED", 1));
  }

  /** Points of an order that comes with its payment. */
  static List<Point> ofPurchase() {
    return List.of(
        sold("p-moved", "during settle, moved", at(Moment.SETTLE_DONE), "SETTLING", 1),
        sold("p-after", "in the mark, committed", commit("settled", "AFTER"), "SETTLED", 1));
  }

  /** The mark is committed with its event, and nothing is sent. */
  static final Point TOLD =
      new Point("e-written", "written, not sent", commit("settled", "AFTER"), "SETTLED", 1, 1);

  /** The receiver has what was sent, and the ledger has it still. */
  static final Point SENT =
      new Point(
          "e-sent",
          "sent, not forgotten",
          enters("io.tollroute.ledger.sql.SqlOutbox", "sent"),
          "SETTLED",
          1,
          1);

  static List<Point> all() {
    return Stream.of(
            ofX402(),
            ofToken(),
            ofPaidFirst(),
            ofJob(),
            ofTokenJob(),
            ofPaidJob(),
            ofOrder(),
            ofPurchase(),
            List.of(TOLD, SENT))
        .flatMap(List::stream)
        .toList();
  }

  private static Point claim(String name, String words, Stop stop, String state) {
    return new Point(name, words, stop, state, 0, 1);
  }

  private static Point lost(String name, String words, Stop stop) {
    return new Point(name, words, stop, "CLAIMED", 0, 2);
  }

  private static Point goesOn(String name, String words, Stop stop) {
    return new Point(name, words, stop, "CLAIMED", 0, 1);
  }

  private static Point settledJob(String name, String words, Stop stop) {
    return new Point(name, words, stop, "SETTLED", 1, 1);
  }

  private static Point spent(String name, String words, Stop stop) {
    return new Point(name, words, stop, "SETTLED", 0, 1);
  }

  private static Point sold(String name, String words, Stop stop, String state, int settled) {
    return new Point(name, words, stop, state, settled, 0);
  }

  private static Stop at(Moment moment) {
    return new AtStandIn(moment);
  }

  private static Stop enters(String type, String method) {
    return new InMethod(type, method, "AT ENTRY");
  }

  private static Stop leaves(String type, String method) {
    return new InMethod(type, method, "AT EXIT");
  }

  private static Stop commit(String transition, String side) {
    return new InCommit(transition, side);
  }

  /** Whether there is a job, which ends without the buyer. */
  boolean isJob() {
    boolean begun =
        !Set.of("j-claim-exit", "j-done").contains(name) && !name.endsWith("-begin-before");
    return begun && Stream.of("j-", "k-", "l-").anyMatch(name::startsWith);
  }

  boolean isDelivered() {
    return stop instanceof AfterReply;
  }

  @Override
  public String toString() {
    return words;
  }
}
