package io.tollroute.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;

/**
 * A ledger in a SQLite file. A copy is read: opening the file itself would do the recovery from its
 * log that the product must be able to do.
 */
final class SqliteFile implements Database {

  private final Path file;

  SqliteFile(Path file) {
    this.file = file;
  }

  private String url() {
    return "jdbc:sqlite:" + file;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("TOLLROUTE_DATABASE_URL", url());
  }

  @Override
  public String committer() {
    return "io.tollroute.ledger.sql.SoleConnection";
  }

  @Override
  public String commitMethod() {
    return "commit()";
  }

  @Override
  public String connection() {
    return "org.sqlite.SQLiteConnection";
  }

  /** Only one process can have the file open, so the next one knows that the last is dead. */
  @Override
  public boolean leasesOutliveTheirHolder() {
    return false;
  }

  @Override
  public void endLeases() {}

  @Override
  public void endLeasesOfJobs() {}

  /** A copy of the file and of its log, as a backup takes it while no process is up. */
  Path copy() throws IOException {
    // not beside the file, where there may be no room
    Path copy = Files.createTempDirectory("tollroute-copy").resolve("copy.db");
    copy(file, copy);
    return copy;
  }

  /** How long the file's log is. */
  long logBytes() throws IOException {
    return Files.size(Path.of(file + "-wal"));
  }

  /** Puts a copy in the file's place. */
  void restore(Path copy) throws IOException {
    copy(copy, file);
  }

  private static void copy(Path from, Path to) throws IOException {
    for (String part : new String[] {"", "-wal", "-shm"}) {
      Files.deleteIfExists(Path.of(to + part));
      if (Files.exists(Path.of(from + part))) {
        Files.copy(Path.of(from + part), Path.of(to + part));
      }
    }
  }

  /** Makes of it what the first version of the schema would hold of the same charges. */
  void goBackToFirstSchema() throws IOException, SQLException {
    Path copy = copy();
    for (String part : new String[] {"", "-wal", "-shm"}) {
      Files.deleteIfExists(Path.of(file + part));
    }
    Flyway.configure().dataSource(url(), "", "").target("1").loggers("slf4j").load().migrate();
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute("ATTACH DATABASE '" + copy + "' AS later");
      statement.execute(
          "INSERT INTO charge SELECT proof_key, identifier, service, fingerprint, request_id,"
              + " state, fence, lease_until, keep_until, answer, receipt, created_at, updated_at"
              + " FROM later.charge");
    }
  }

  @Override
  public Map<String, String> states() throws IOException, SQLException {
    Map<String, String> states = new HashMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT proof_key, state FROM charge")) {
      while (rows.next()) {
        states.put(rows.getString(1), rows.getString(2));
      }
    }
    return states;
  }

  @Override
  public long uses(String payment) throws IOException, SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy());
        PreparedStatement statement =
            connection.prepareStatement("SELECT used FROM payment WHERE id = ?")) {
      statement.setString(1, payment);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.getLong(1);
      }
    }
  }
}
