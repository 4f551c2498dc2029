package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Ledger;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PooledTransactionsIT {

  private static final long PATIENCE = 3_000;

  private static PostgresServer server;
  private static String url;
  private static ExecutorService threads;
  private Transactions transactions;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.own();
    url = server.freshDatabase();
    threads = Executors.newCachedThreadPool();
    transactions(1).close();
    PostgresServer.execute(url, "CREATE TABLE note (id INT PRIMARY KEY, count INT)");
    // a connection that says nothing of its own would not wait for the disk
    PostgresServer.execute(url, "ALTER ROLE postgres SET synchronous_commit = off");
    // found long before our short patience cancels the statement
    PostgresServer.execute(url, "ALTER ROLE postgres SET deadlock_timeout = '50ms'");
  }

  @AfterAll
  static void stop() throws Exception {
    threads.shutdownNow();
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    PostgresServer.execute(url, "TRUNCATE note");
    PostgresServer.execute(url, "INSERT INTO note VALUES (1, 0), (2, 0)");
    transactions = transactions(4);
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  private static Transactions transactions(int connections) throws SQLException {
    return new LedgerDatabase(url, Optional.of(PostgresServer.USERNAME), Optional.empty())
        .transactions(connections, PATIENCE);
  }

  @Test
  @DisplayName("A connection whose first transaction was rolled back still waits for the disk")
  void settingsOutliveRollback() throws Exception {
    try (Transactions one = transactions(1)) {
      assertThat(
              catchThrowableOfType(
                  Refusal.class,
                  () ->
                      one.commit(
                          statements ->
                              statements.update("UPDATE note SET count = 1 / (id - id)"))))
          .isNotNull();

      String waits =
          one.commit(
              statements ->
                  statements
                      .first("SHOW synchronous_commit", row -> row.getString(1))
                      .orElseThrow());

      assertThat(waits).isEqualTo("on");
    }
  }

  @Test
  @DisplayName("both sides of a deadlock are done in the end, each once")
  void deadlock() throws Exception {
    CyclicBarrier bothHoldOne = new CyclicBarrier(2);
    AtomicInteger runs = new AtomicInteger();

    Future<Integer> there = threads.submit(() -> both(1, 2, bothHoldOne, runs));
    Future<Integer> back = threads.submit(() -> both(2, 1, bothHoldOne, runs));

    assertThat(there.get(20, TimeUnit.SECONDS) + back.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(runs.get()).isEqualTo(3);
    assertThat(List.of(count(1), count(2))).containsExactly(2, 2);
  }

  private int both(int one, int other, CyclicBarrier barrier, AtomicInteger runs) throws Refusal {
    return transactions.commit(
        statements -> {
          boolean first = runs.incrementAndGet() <= 2;
          increment(statements, one);
          if (first) {
            await(barrier);
          }
          return increment(statements, other);
        });
  }

  @Test
  @DisplayName("what cannot be serialized is done again, and counts once")
  void serialization() throws Exception {
    CyclicBarrier bothHaveRead = new CyclicBarrier(2);
    AtomicInteger runs = new AtomicInteger();
    List<Future<Integer>> done = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      done.add(
          threads.submit(
              () ->
                  transactions.commit(
                      statements -> {
                        statements
                            .of("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                            .executeUpdate();
                        int seen = count(statements, 1);
                        if (runs.incrementAndGet() <= 2) {
                          await(bothHaveRead);
                        }
                        PreparedStatement set =
                            statements.of("UPDATE note SET count = ? WHERE id = 1");
                        set.setInt(1, seen + 1);
                        return set.executeUpdate();
                      })));
    }
    for (Future<Integer> each : done) {
      assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    assertThat(runs.get()).isEqualTo(3);
    assertThat(count(1)).isEqualTo(2);
  }

  @Test
  @DisplayName("a unique value that another took in between is seen by a second run")
  void uniqueValue() throws Exception {
    AtomicInteger runs = new AtomicInteger();

    String outcome =
        transactions.commit(
            statements -> {
              if (exists(statements, 3)) {
                return "taken";
              }
              if (runs.incrementAndGet() == 1) {
                PostgresServer.execute(url, "INSERT INTO note VALUES (3, 7)");
              }
              statements.of("INSERT INTO note VALUES (3, 0)").executeUpdate();
              return "written";
            });

    assertThat(outcome).isEqualTo("taken");
    assertThat(count(3)).isEqualTo(7);
  }

  @Test
  @DisplayName("work that always collides is given up after a few runs, and nothing is written")
  void boundedRuns() throws Exception {
    AtomicInteger runs = new AtomicInteger();

    assertUnavailable(
        () ->
            transactions.commit(
                statements -> {
                  runs.incrementAndGet();
                  increment(statements, 1);
                  throw new SQLException("collision", "40001");
                }));

    assertThat(runs.get()).isEqualTo(5);
    assertThat(count(1)).isZero();
  }

  @Test
  @DisplayName("work that fails otherwise runs once, and nothing is written")
  void failure() throws Exception {
    for (Exception failure :
        List.of(new SQLException("x", "22001"), new SQLException("x"), new RuntimeException("x"))) {
      AtomicInteger runs = new AtomicInteger();
      assertUnavailable(
          () ->
              transactions.commit(
                  statements -> {
                    runs.incrementAndGet();
                    increment(statements, 1);
                    if (failure instanceof SQLException expected) {
                      throw expected;
                    }
                    throw (RuntimeException) failure;
                  }));
      assertThat(runs.get()).isEqualTo(1);
    }

    assertThat(count(1)).isZero();
  }

  @Test
  @DisplayName("a caller waits no longer than its patience for a pool that is exhausted")
  void exhausted() throws Exception {
    try (Transactions single = transactions(1)) {
      CountDownLatch occupied = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      Future<Integer> holder =
          threads.submit(
              () ->
                  single.commit(
                      statements -> {
                        occupied.countDown();
                        await(release);
                        return increment(statements, 1);
                      }));
      await(occupied);

      assertUnavailable(() -> single.commit(statements -> increment(statements, 2)));

      release.countDown();
      assertThat(holder.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(count(2)).isZero();
    }
  }

  @Test
  @DisplayName("a caller waits no longer than its patience for a lock, and leaves none behind")
  void lock() throws Exception {
    try (Connection other = PostgresServer.connect(url);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.executeUpdate("UPDATE note SET count = 5 WHERE id = 1");

      assertUnavailable(() -> transactions.commit(statements -> increment(statements, 1)));

      other.commit();
    }
    assertThat(count(1)).isEqualTo(5);
    assertThat(transactions.<Integer>commit(statements -> increment(statements, 1))).isEqualTo(1);
  }

  @Test
  @DisplayName("a caller waits no longer than its patience for a server that is too slow")
  void slow() throws Exception {
    assertUnavailable(
        () ->
            transactions.commit(
                statements -> {
                  increment(statements, 1);
                  statements.of("SELECT pg_sleep(30)").execute();
                  return 0;
                }));

    // the server has let go of the row too
    assertThat(transactions.<Integer>commit(statements -> increment(statements, 1))).isEqualTo(1);
    assertThat(count(1)).isEqualTo(1);
  }

  @Test
  @DisplayName("a connection lost during the commit is not repeated: its outcome is unknown")
  void lostInCommit() throws Exception {
    PostgresServer.execute(
        url,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$");
    PostgresServer.execute(
        url,
        "CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON note"
            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger worked = new AtomicInteger();
    try {
      assertUnavailable(
          () ->
              transactions.commit(
                  statements -> {
                    runs.incrementAndGet();
                    return worked.addAndGet(increment(statements, 1));
                  }));
    } finally {
      PostgresServer.execute(url, "DROP FUNCTION die() CASCADE");
    }

    assertThat(runs.get()).isEqualTo(1);
    assertThat(worked.get()).as("the work went well, the commit did not").isEqualTo(1);
    assertThat(transactions.<Integer>commit(statements -> increment(statements, 1))).isEqualTo(1);
  }

  @Test
  @DisplayName("a commit of which the server does not know whether it is done is unknown")
  void completionUnknown() throws Exception {
    PostgresServer.execute(
        url,
        "CREATE FUNCTION doubt() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'who knows' USING ERRCODE = '40003'; END $$");
    PostgresServer.execute(
        url,
        "CREATE CONSTRAINT TRIGGER at_commit AFTER UPDATE ON note"
            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doubt()");
    try {
      Refusal refusal =
          catchThrowableOfType(
              Refusal.class, () -> transactions.commit(statements -> increment(statements, 1)));

      assertThat(refusal.word()).isEqualTo("ledger_unavailable");
      assertThat(refusal.reason()).contains(Ledger.IN_DOUBT);
    } finally {
      PostgresServer.execute(url, "DROP FUNCTION doubt() CASCADE");
    }
  }

  @Test
  @DisplayName("A connection that is terminated under a call leaves no trace of the program's")
  void terminated() {
    try (LogLines log = LogLines.capture()) {
      assertUnavailable(
          () ->
              transactions.commit(
                  statements ->
                      statements.first("SELECT pg_terminate_backend(pg_backend_pid())", row -> 0)));

      assertThat(log.lines())
          .anyMatch(line -> line.contains("alert=ledger_write_failed state=57P01"))
          .noneMatch(line -> line.contains(" at org.postgresql."));
    }
  }

  @Test
  @DisplayName("a server that is away takes nothing, and everything when it is back")
  void away() throws Exception {
    transactions.commit(statements -> increment(statements, 1));
    server.stop();
    try {
      assertUnavailable(() -> transactions.commit(statements -> increment(statements, 1)));
    } finally {
      server.start();
    }

    assertThat(untilItWorks()).isEqualTo(1);
    assertThat(count(1)).isEqualTo(2);
  }

  private int untilItWorks() throws Exception {
    for (int i = 0; i < 20; i++) {
      try {
        return transactions.commit(statements -> increment(statements, 1));
      } catch (Refusal e) {
        Thread.sleep(100);
      }
    }
    return 0;
  }

  @Test
  @DisplayName("a commit waits for the disk, whatever the server does by default")
  void durable() throws Exception {
    assertThat(
            transactions.<String>commit(
                statements -> {
                  try (ResultSet rows = statements.of("SHOW synchronous_commit").executeQuery()) {
                    rows.next();
                    return rows.getString(1);
                  }
                }))
        .isEqualTo("on");
  }

  @Test
  @DisplayName("a commit that the standby has not confirmed is not told as done")
  void standby() throws Exception {
    standby("absent");
    try {
      assertUnavailable(() -> transactions.commit(statements -> increment(statements, 1)));
    } finally {
      standby("");
    }
  }

  @Test
  @DisplayName("nor is one whose wait for the standby an administrator cancels")
  void cancelledStandby() throws Exception {
    standby("absent");
    try {
      AtomicInteger backend = new AtomicInteger();
      Future<Refusal> refusal =
          threads.submit(
              () ->
                  catchThrowableOfType(
                      Refusal.class,
                      () ->
                          transactions.commit(
                              statements -> {
                                backend.set(pid(statements));
                                return increment(statements, 1);
                              })));
      for (int i = 0; i < 100 && !waitsForStandby(backend.get()); i++) {
        Thread.sleep(10);
      }

      PostgresServer.execute(url, "SELECT pg_cancel_backend(" + backend.get() + ")");

      assertThat(refusal.get(1, TimeUnit.SECONDS).word()).isEqualTo("ledger_unavailable");
      assertThat(refusal.get().getCause()).hasMessageContaining("perhaps not durably");
    } finally {
      standby("");
    }
  }

  private static int pid(Statements statements) throws SQLException {
    try (ResultSet rows = statements.of("SELECT pg_backend_pid()").executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static boolean waitsForStandby(int pid) throws SQLException {
    try (Connection connection = PostgresServer.connect(url);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid = " + pid)) {
      return rows.next();
    }
  }

  private static void standby(String name) throws Exception {
    PostgresServer.execute(url, "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
    PostgresServer.execute(url, "SELECT pg_reload_conf()");
    for (int i = 0; i < 100 && !standbyNames().equals(name); i++) {
      Thread.sleep(10);
    }
    assertThat(standbyNames()).isEqualTo(name);
  }

  private static String standbyNames() throws SQLException {
    try (Connection connection = PostgresServer.connect(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW synchronous_standby_names")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  @DisplayName("two replicas that start at once on an empty database both come up")
  void startAtOnce() throws Exception {
    for (int round = 0; round < 2; round++) {
      LedgerDatabase empty =
          new LedgerDatabase(
              server.freshDatabase(), Optional.of(PostgresServer.USERNAME), Optional.empty());
      CyclicBarrier together = new CyclicBarrier(4);
      List<Future<Transactions>> replicas = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        replicas.add(
            threads.submit(
                () -> {
                  together.await();
                  return empty.transactions(1, PATIENCE);
                }));
      }
      for (Future<Transactions> replica : replicas) {
        try (Transactions opened = replica.get(30, TimeUnit.SECONDS)) {
          assertThat(
                  opened.<Boolean>commit(
                      statements ->
                          statements.of("SELECT count(*) FROM charge").executeQuery().next()))
              .isTrue();
        }
      }
    }
  }

  private static void assertUnavailable(ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).as("it was not refused").isNotNull();
    assertThat(refusal.word()).isEqualTo("ledger_unavailable");
  }

  private static int increment(Statements statements, int id) throws SQLException {
    PreparedStatement update = statements.of("UPDATE note SET count = count + 1 WHERE id = ?");
    update.setInt(1, id);
    return update.executeUpdate();
  }

  private static boolean exists(Statements statements, int id) throws SQLException {
    PreparedStatement select = statements.of("SELECT 1 FROM note WHERE id = ?");
    select.setInt(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next();
    }
  }

  private static int count(Statements statements, int id) throws SQLException {
    PreparedStatement select = statements.of("SELECT count FROM note WHERE id = ?");
    select.setInt(1, id);
    try (ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private int count(int id) throws Exception {
    try (Connection connection = PostgresServer.connect(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count FROM note WHERE id = " + id)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody opened the latch");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the other side did not come", e);
    }
  }
}
