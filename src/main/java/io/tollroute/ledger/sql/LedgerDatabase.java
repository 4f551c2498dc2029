package io.tollroute.ledger.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.tollroute.ledger.StillFile;
import io.tollroute.settings.Settings;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteDataSource;

/**
 * Opens the ledger's database and brings its schema up to date: an SQLite file that belongs to one
 * process, or a PostgreSQL database that several share.
 */
public final class LedgerDatabase {

  /** How the URL of an SQLite file begins. */
  public static final String SQLITE = Settings.SQLITE;

  /** How the URL of a PostgreSQL database begins. */
  public static final String POSTGRESQL = "jdbc:postgresql:";

  /** Where the schema's steps are that both databases take. */
  static final String OF_BOTH = "classpath:db/migration";

  /** Where those are that PostgreSQL takes alone. */
  static final String OF_POSTGRESQL = "classpath:db/postgresql";

  /** A process that is about to end may still have it. */
  private static final int BUSY_MILLIS = 5_000;

  private final String url;
  private final PostgresPools postgres;

  /** {@code url} is {@code jdbc:sqlite:<file>} or {@code jdbc:postgresql://<host>/<database>}. */
  public LedgerDatabase(String url) {
    this(url, Optional.empty(), Optional.empty());
  }

  /** A database whose server wants to know who comes. */
  public LedgerDatabase(String url, Optional<String> username, Optional<String> password) {
    if (!url.startsWith(SQLITE) && !url.startsWith(POSTGRESQL)) {
      throw new IllegalArgumentException(
          "tollroute.database.url must begin with " + SQLITE + " or " + POSTGRESQL);
    }
    this.url = url;
    this.postgres = new PostgresPools(url, username, password);
  }

  /** Whether other processes may write beside this one. */
  public boolean isShared() {
    return url.startsWith(POSTGRESQL);
  }

  /**
   * Migrates the schema and opens the way to write.
   *
   * @param connections how many transactions may run at once in a shared database
   * @param patienceMillis how long a caller waits for its commit
   * @throws SQLException when it cannot be opened or migrated, or a file is open in another process
   */
  public Transactions transactions(int connections, long patienceMillis) throws SQLException {
    if (!isShared()) {
      return new GroupCommit(new SoleConnection(migrated()), patienceMillis);
    }
    migrate(postgres.patient(), OF_BOTH, OF_POSTGRESQL);
    return new PooledTransactions(
        postgres.durable(connections, patienceMillis), patienceMillis, new SecureRandom());
  }

  /**
   * Further connections to a shared database, for what may be lost when its server crashes. The
   * caller closes them.
   */
  public HikariDataSource forgetfulPool(int connections, long patienceMillis) {
    if (!isShared()) {
      throw new IllegalStateException("an SQLite file has one writer");
    }
    return postgres.forgetful(connections, patienceMillis);
  }

  /**
   * Migrates an SQLite file and returns a connection that nobody else may write beside.
   *
   * @throws SQLException when it cannot be opened or migrated, or another process has it open
   */
  public Connection open() throws SQLException {
    return migrated().connect(BUSY_MILLIS);
  }

  private SqliteFile migrated() throws SQLException {
    SqliteFile file = new SqliteFile(url);
    file.make();
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(url);
    source.setJournalMode("WAL");
    source.setSynchronous("FULL");
    source.setBusyTimeout(BUSY_MILLIS);
    migrate(source, OF_BOTH);
    return file;
  }

  /**
   * What a commit does to show that the database takes and keeps what is written.
   *
   * @param wasFull whether it must show that there is room again
   */
  public Transactions.Work<Integer> probe(boolean wasFull) {
    if (!isShared()) {
      // its connection looks for room by itself
      return SoleConnection.PROBE;
    }
    return wasFull ? PooledTransactions.ROOM_PROBE : PooledTransactions.PROBE;
  }

  /**
   * The way to a copy of the file that {@code transactions} write, which this has opened.
   *
   * @param names gives names that no other has
   */
  StillFile stillFile(Transactions transactions, Supplier<String> names) {
    return transactions instanceof GroupCommit writer
        ? new HeldFile(writer, new SqliteFile(url), names)
        : new NoStillFile();
  }

  /** The schema's versions, those of a database and those that this release knows. */
  static Flyway schema(DataSource source, String... locations) {
    return Flyway.configure()
        .dataSource(source)
        .locations(locations)
        // PostgreSQL's own have higher numbers than what both get later
        .outOfOrder(true)
        .loggers("slf4j")
        .load();
  }

  private static void migrate(DataSource source, String... locations) throws SQLException {
    try {
      schema(source, locations).migrate();
    } catch (FlywayException e) {
      throw cause(e);
    }
  }

  /** The driver's own word, which Flyway wraps. */
  static SQLException cause(FlywayException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      if (root.getCause() instanceof SQLException answer && answer.getSQLState() != null) {
        return answer;
      }
      root = root.getCause();
    }
    return root instanceof SQLException last ? last : new SQLException(root.getMessage(), failure);
  }
}
