package io.tollroute.payment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteDataSource;

/** Opens the ledger's database and brings its schema up to date. */
public final class LedgerDatabase {

  private static final String SQLITE = "jdbc:sqlite:";

  private final String url;

  /** {@code url} is {@code jdbc:sqlite:<file>}. */
  public LedgerDatabase(String url) {
    if (!url.startsWith(SQLITE)) {
      throw new IllegalArgumentException("tollroute.database.url must begin with " + SQLITE);
    }
    this.url = url;
  }

  /**
   * Migrates the schema and returns a connection that nobody else may write beside.
   *
   * @throws SQLException when it cannot be opened or migrated, or another process has it open
   */
  public Connection open() throws SQLException {
    try {
      Files.createDirectories(Path.of(url.substring(SQLITE.length())).toAbsolutePath().getParent());
      return migrated();
    } catch (IOException e) {
      throw new SQLException("its folder cannot be made: " + e.getMessage(), e);
    } catch (FlywayException e) {
      throw new SQLException(root(e).getMessage(), e);
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }

  private Connection migrated() throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(url);
    source.setJournalMode("WAL");
    source.setSynchronous("FULL");
    source.setBusyTimeout(5000);
    Flyway.configure()
        .dataSource(source)
        .locations("classpath:db/migration")
        .loggers("slf4j")
        .load()
        .migrate();
    source.setLockingMode("EXCLUSIVE");
    Connection connection = source.getConnection();
    try (Statement statement = connection.createStatement()) {
      // takes the exclusive lock now rather than with the first sale
      statement.execute("BEGIN EXCLUSIVE");
      statement.execute("COMMIT");
    }
    return connection;
  }
}
