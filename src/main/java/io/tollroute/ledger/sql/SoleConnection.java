package io.tollroute.ledger.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/**
 * The one connection to an SQLite file, always inside a transaction. SQLite ends a transaction by
 * itself when it cannot go on, and whatever came after would be committed by itself; so a
 * connection that had such an error is thrown away. Before the next one is used it has written
 * something; until then all is refused, and that is tried once in a while. Not for several threads.
 */
final class SoleConnection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SoleConnection.class);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int BUSY_MILLIS_AT_START = 5_000;
  private static final int BUSY_MILLIS = 500;

  /** Writes a page and changes nothing. */
  static final Transactions.Work<Integer> PROBE =
      statements -> {
        statements.of("PRAGMA user_version = 0").execute();
        return 0;
      };

  /**
   * Result codes of errors that are the work's and leave the transaction open: error, schema, too
   * big, constraint, mismatch, range.
   */
  private static final Set<Integer> OF_THE_WORK = Set.of(1, 17, 18, 19, 20, 25);

  /** Codes with which only writing the log can fail: read-only, I/O, corrupt, full, cannot open. */
  private static final Set<Integer> OF_THE_LOG = Set.of(8, 10, 11, 13, 14);

  /** Where connections come from. */
  interface Source {

    /** Opens the file and locks it; waits for another process's lock no longer than this. */
    Connection connect(int busyMillis) throws SQLException;

    /** Throws when an open connection leads to a file that is no longer the ledger's. */
    void check() throws SQLException;

    /** Throws when there is not enough room to go on after a disk was full. */
    void checkRoom() throws SQLException;

    /** How long the log beside the file is. */
    default long logBytes() {
      return 0;
    }
  }

  /** How long a file stays still that nobody asks for, and at the very most. */
  private static final long STILL_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long LONGEST_STILL_NANOS = TimeUnit.MINUTES.toNanos(30);

  /** A log as long as this takes a second or more to be taken into the file. */
  private static final long LONGEST_LOG = 512L << 20;

  /** SQLite's own number of pages after which the log is taken into the file. */
  private static final int USUAL_LOG_PAGES = 1000;

  private final Source source;
  private Optional<Stillness> stillness = Optional.empty();
  private Optional<Connection> connection = Optional.empty();
  private Optional<Statements> statements = Optional.empty();
  private SQLException trouble = new SQLException("it is closed", "08003");
  private long nextTrial = System.nanoTime();

  /** Connects, waiting for another process that is about to end. */
  SoleConnection(Source source) throws SQLException {
    this.source = source;
    use(source.connect(BUSY_MILLIS_AT_START));
  }

  private void use(Connection opened) throws SQLException {
    connection = Optional.of(opened);
    opened.setAutoCommit(false);
    statements = Optional.of(new Statements(opened));
  }

  /**
   * Statements of a transaction in which nothing was done yet.
   *
   * @throws SQLException when there is no connection that can write; nothing was done
   */
  Statements begin() throws SQLException {
    if (statements.isEmpty()) {
      mend();
    }
    source.check();
    return statements.orElseThrow();
  }

  private void mend() throws SQLException {
    if (System.nanoTime() - nextTrial < 0) {
      throw trouble;
    }
    try {
      Connection opened = source.connect(BUSY_MILLIS);
      connection = Optional.of(opened);
      if (DatabaseTrouble.of(trouble).equals(Optional.of(DatabaseTrouble.FULL))) {
        source.checkRoom();
      }
      emptyLog(opened);
      use(opened);
      PROBE.run(statements.orElseThrow());
      opened.commit();
    } catch (SQLException e) {
      giveUp(e);
      throw e;
    } finally {
      nextTrial = System.nanoTime() + PAUSE_NANOS;
    }
  }

  /**
   * Takes all of the log into the file: what a failed write left of it in memory need not be on the
   * disk, and what comes after it would be lost with it.
   */
  private static void emptyLog(Connection opened) throws SQLException {
    try (Statement statement = opened.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
      if (!row.next() || row.getInt(1) != 0) {
        throw new SQLException("the log cannot be emptied", "58030");
      }
    }
  }

  /** For whom the file is held still, since when, and until when unless he asks again. */
  private record Stillness(String name, long since, long until) {

    Stillness longer(long now) {
      return new Stillness(name, since, Math.min(now + STILL_NANOS, since + LONGEST_STILL_NANOS));
    }
  }

  /**
   * Takes the log into the file and has it grow from then on, while the file stays as it is; where
   * no transaction is open. An end of the connection ends that too.
   *
   * @return whether nobody else has it so
   * @throws SQLException when the log cannot be emptied; then the connection is another
   */
  boolean holdStill(String name) throws SQLException {
    if (stillness.isPresent()) {
      return false;
    }
    begin();
    Connection open = connection.orElseThrow();
    try {
      open.setAutoCommit(true);
      checkpointAfter(open, 0);
      emptyLog(open);
      open.setAutoCommit(false);
    } catch (SQLException e) {
      giveUp(e);
      throw e;
    }
    long now = System.nanoTime();
    stillness = Optional.of(new Stillness(name, now, now).longer(now));
    return true;
  }

  private static void checkpointAfter(Connection opened, int pages) throws SQLException {
    try (Statement statement = opened.createStatement()) {
      statement.execute("PRAGMA wal_autocheckpoint = " + pages);
    }
  }

  /** Whether the file has been still for {@code name} since he asked; then it stays so longer. */
  boolean isStill(String name) {
    stillness =
        stillness.map(still -> still.name().equals(name) ? still.longer(System.nanoTime()) : still);
    return stillness.filter(still -> still.name().equals(name)).isPresent();
  }

  /** The same, and the end of it: the log is taken into the file when it is next written. */
  boolean endStillness(String name) throws SQLException {
    boolean still = isStill(name);
    if (still) {
      endStillness();
    }
    return still;
  }

  private void endStillness() throws SQLException {
    stillness = Optional.empty();
    try {
      checkpointAfter(connection.orElseThrow(), USUAL_LOG_PAGES);
    } catch (SQLException e) {
      giveUp(e);
      throw e;
    }
  }

  /** Ends it for who has not asked for long, or has the log become too large. */
  void endStillnessWhenOver() {
    boolean over =
        stillness
            .filter(
                still -> still.until() - System.nanoTime() < 0 || source.logBytes() > LONGEST_LOG)
            .isPresent();
    if (over) {
      try {
        endStillness();
        LOG.warn("a backup was not ended, or took too long; the ledger goes on without it");
      } catch (SQLException e) {
        LOG.warn("the ledger was opened anew after a backup: code={}", code(e));
      }
    }
  }

  /** Undoes what was done since {@link #begin}, which never was committed. */
  void undo(Throwable failure) {
    boolean undone = rollBack();
    if (!undone || !isOfTheWork(failure)) {
      giveUp(failure instanceof SQLException answer ? answer : new SQLException(failure));
    }
  }

  /**
   * Makes durable what was done since {@link #begin}.
   *
   * @throws CommitInDoubt when that may have happened; any other exception when it has not
   */
  void commit() throws SQLException {
    try {
      connection.orElseThrow().commit();
    } catch (SQLException e) {
      throw isUndone(e) ? e : new CommitInDoubt(e);
    } catch (RuntimeException | Error e) {
      SQLException broken = new SQLException(e);
      giveUp(broken);
      throw new CommitInDoubt(broken);
    }
  }

  private boolean isUndone(SQLException failure) {
    if (rollBack()) {
      if (!isOfTheWork(failure)) {
        giveUp(failure);
      }
      return true;
    }
    // another failure may be that of the next transaction's beginning
    OptionalLong before = OF_THE_LOG.contains(code(failure)) ? frames() : OptionalLong.empty();
    giveUp(failure);
    return before.isPresent() && isAsBefore(before.getAsLong());
  }

  /** Whether SQLite, which opens the file anew, finds no commit in its log that was not there. */
  private boolean isAsBefore(long before) {
    try {
      connection = Optional.of(source.connect(BUSY_MILLIS));
      OptionalLong found = frames();
      return found.isPresent() && found.getAsLong() <= before;
    } catch (SQLException e) {
      LOG.warn("the ledger cannot be opened: code={}", code(e));
      return false;
    } finally {
      close();
    }
  }

  /** How many pages committed transactions have in the log. */
  private OptionalLong frames() {
    try (Statement statement = connection.orElseThrow().createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
      return row.next() && row.getInt(1) == 0
          ? OptionalLong.of(row.getLong(2))
          : OptionalLong.empty();
    } catch (SQLException e) {
      LOG.warn("the ledger's log cannot be measured: code={}", code(e));
      return OptionalLong.empty();
    }
  }

  private boolean rollBack() {
    try {
      connection.orElseThrow().rollback();
      return true;
    } catch (SQLException e) {
      // there is nothing to roll back: SQLite has done so
      return false;
    }
  }

  private static boolean isOfTheWork(Throwable failure) {
    return failure instanceof SQLiteException answer
        ? OF_THE_WORK.contains(code(answer))
        : failure instanceof SQLException || failure instanceof RuntimeException;
  }

  private static int code(SQLException failure) {
    return failure.getErrorCode() & 0xff;
  }

  private void giveUp(SQLException reason) {
    trouble = reason;
    nextTrial = System.nanoTime();
    close();
  }

  @Override
  public void close() {
    statements = Optional.empty();
    // SQLite takes the log into the file when it closes it
    stillness = Optional.empty();
    try {
      if (connection.isPresent()) {
        connection.get().close();
      }
    } catch (SQLException e) {
      LOG.warn("the ledger did not close cleanly: code={}", code(e));
    } finally {
      connection = Optional.empty();
    }
  }
}
