package io.tollroute.crash;

import io.tollroute.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** A ledger in a PostgreSQL server that outlives the product. */
final class PostgresDatabase implements Database {

  private final String url;

  PostgresDatabase() throws SQLException {
    this(PostgresServer.shared().ledgerDatabase());
  }

  /** One that is there already, with tables or without. */
  PostgresDatabase(String url) {
    this.url = url;
  }

  /** Does what a test needs done in it. */
  void execute(String sql) throws SQLException {
    PostgresServer.execute(url, sql);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(PostgresServer.settings(url));
    settings.put("TOLLROUTE_LEDGER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    return settings;
  }

  @Override
  public String committer() {
    return "io.tollroute.ledger.sql.PooledTransactions";
  }

  @Override
  public String commitMethod() {
    return "commit(java.sql.Connection)";
  }

  @Override
  public String connection() {
    return "org.postgresql.jdbc.PgConnection";
  }

  @Override
  public boolean leasesOutliveTheirHolder() {
    return true;
  }

  @Override
  public void endLeases() throws SQLException {
    PostgresServer.execute(url, "UPDATE charge SET lease_until = 0, retry_at = 0");
  }

  @Override
  public void endLeasesOfJobs() throws SQLException {
    PostgresServer.execute(url, "UPDATE job SET lease_until = 0, look_at = 0");
    PostgresServer.execute(
        url,
        "UPDATE charge SET lease_until = 0, retry_at = 0 WHERE state IN ('SETTLING', 'UNKNOWN')");
  }

  @Override
  public Map<String, String> states() throws SQLException {
    Map<String, String> states = new HashMap<>();
    try (Connection connection = PostgresServer.connect(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT proof_key, state FROM charge")) {
      while (rows.next()) {
        states.put(rows.getString(1), rows.getString(2));
      }
    }
    return states;
  }

  @Override
  public long uses(String payment) throws SQLException {
    try (Connection connection = PostgresServer.connect(url);
        PreparedStatement statement =
            connection.prepareStatement("SELECT used FROM payment WHERE id = ?")) {
      statement.setString(1, payment);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
