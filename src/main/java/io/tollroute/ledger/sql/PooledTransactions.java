package io.tollroute.ledger.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Ledger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits to a PostgreSQL server, each in a transaction and on a connection of its own. What the
 * server certainly rolled back because another transaction was in the way is run again; nothing
 * else is, above all no commit whose outcome was lost.
 */
public final class PooledTransactions implements Transactions {

  private static final Logger LOG = LoggerFactory.getLogger(PooledTransactions.class);
  private static final int RUNS = 5;
  private static final int PAUSE_MILLIS = 10;

  /**
   * Serialization failure; deadlock; a unique value that another transaction took between our look
   * and our write, which a new run sees.
   */
  private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01", "23505");

  /**
   * Classes of errors with which the server answers a commit that it has not done: a constraint
   * that is checked last, a transaction that had failed before or was in another's way, no room.
   */
  private static final Set<String> UNDONE = Set.of("23", "25", "40", "53");

  /** Of one of these classes, and yet it says that nobody knows. */
  private static final String COMPLETION_UNKNOWN = "40003";

  /** Writes to the server's log, and to a standby's, and changes nothing. */
  static final Work<Integer> PROBE =
      statements ->
          statements
              .first("SELECT pg_logical_emit_message(true, 'tollroute', '')", row -> 0)
              .orElse(0);

  /** Writes more than a call does to where new rows go, and leaves nothing of it. */
  static final Work<Integer> ROOM_PROBE =
      statements ->
          PROBE.run(statements)
              + statements.update(
                  "CREATE TEMPORARY TABLE tollroute_room ON COMMIT DROP AS"
                      + " SELECT generate_series(1, 20000) AS number");

  /** PostgreSQL's plain warning: the standby has not confirmed what the commit says is done. */
  private static final String WARNING = "01000";

  private final HikariDataSource pool;
  private final long patienceMillis;
  private final SecureRandom random;

  /**
   * Takes over the pool. No new run begins {@code patienceMillis} after the first; the pauses
   * between runs are random.
   */
  PooledTransactions(HikariDataSource pool, long patienceMillis, SecureRandom random) {
    this.pool = pool;
    this.patienceMillis = patienceMillis;
    this.random = random;
  }

  @Override
  public <T> T commit(Work<T> work) throws Refusal {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    for (int run = 1; ; run++) {
      try {
        return once(work);
      } catch (CommitInDoubt e) {
        LOG.error("alert=ledger_write_failed in doubt: {}", e.getMessage());
        throw Refusal.of("ledger_unavailable").because(Ledger.IN_DOUBT).causedBy(e);
      } catch (SQLException e) {
        if (run == RUNS || !ROLLED_BACK.contains(state(e)) || System.nanoTime() > end) {
          // no stack: when the server is away there is one of these a call
          LOG.error("alert=ledger_write_failed state={} {}", state(e), e.getMessage());
          throw Refusal.of("ledger_unavailable").causedBy(e);
        }
        pause(run);
      } catch (RuntimeException e) {
        LOG.error("alert=ledger_write_failed {}", DatabaseTrouble.line(e));
        throw Refusal.of("ledger_unavailable").causedBy(e);
      }
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    Connection connection = pool.getConnection();
    try {
      Statements statements = new Statements(connection, statementSeconds());
      T result = work.run(statements);
      commit(connection);
      close(statements);
      return result;
    } catch (SQLException e) {
      if (DatabaseTrouble.of(e).isPresent() || e instanceof CommitInDoubt) {
        // what it does next need not be what it did before
        pool.evictConnection(connection);
      }
      throw e;
    } finally {
      close(connection);
    }
  }

  /** A commit whose word is lost may have been done. */
  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw isUndone(state(e)) ? e : new CommitInDoubt(e);
    }
    try {
      checkDurable(connection.getWarnings());
    } catch (SQLException e) {
      throw e instanceof CommitInDoubt ? e : new CommitInDoubt(e);
    }
  }

  private static boolean isUndone(String state) {
    return UNDONE.stream().anyMatch(state::startsWith) && !state.equals(COMPLETION_UNKNOWN);
  }

  /** What was committed stays so, whatever becomes of the connection. */
  private static void close(AutoCloseable used) {
    try {
      used.close();
    } catch (Exception e) {
      LOG.warn("a connection to the ledger did not close cleanly: {}", e.getClass().getName());
    }
  }

  /** A statement is cancelled before its connection is given up, so that it leaves no lock. */
  private int statementSeconds() {
    return (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(patienceMillis) / 2);
  }

  private static void checkDurable(SQLWarning warnings) throws SQLException {
    for (SQLWarning warning = warnings; warning != null; warning = warning.getNextWarning()) {
      if (WARNING.equals(warning.getSQLState())) {
        throw new CommitInDoubt("committed, but perhaps not durably: " + warning.getMessage());
      }
    }
  }

  private static String state(SQLException failure) {
    return failure.getSQLState() == null ? "" : failure.getSQLState();
  }

  private void pause(int run) throws Refusal {
    try {
      Thread.sleep(1 + random.nextInt(PAUSE_MILLIS << run));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.of("ledger_unavailable").causedBy(e);
    }
  }

  @Override
  public int busy() {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  @Override
  public int waiting() {
    return pool.getHikariPoolMXBean().getThreadsAwaitingConnection();
  }

  @Override
  public void close() {
    pool.close();
  }
}
