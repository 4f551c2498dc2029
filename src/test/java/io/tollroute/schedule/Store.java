package io.tollroute.schedule;

import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.ledger.sql.Transactions;
import io.tollroute.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The PostgreSQL database that the replicas share, which here writes down what changes in it. */
final class Store implements AutoCloseable {

  private static final int CONNECTIONS = 8;
  private static final long PATIENCE_MILLIS = 20_000;

  private static final String HISTORY =
      """
      CREATE TABLE history (
        id BIGSERIAL PRIMARY KEY, proof_key TEXT, before TEXT, after TEXT, fence_before BIGINT,
        fence_after BIGINT, buys TEXT);
      CREATE FUNCTION note() RETURNS TRIGGER LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            INSERT INTO history (proof_key, before, after, fence_before, fence_after, buys)
              VALUES (NEW.proof_key, 'NOTHING', NEW.state, 0, NEW.fence, NEW.buys);
          ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO history (proof_key, before, after, fence_before, fence_after, buys)
              VALUES (OLD.proof_key, OLD.state, 'NOTHING', OLD.fence, OLD.fence, OLD.buys);
          ELSIF NEW.state <> OLD.state OR NEW.fence <> OLD.fence THEN
            INSERT INTO history (proof_key, before, after, fence_before, fence_after, buys)
              VALUES (NEW.proof_key, OLD.state, NEW.state, OLD.fence, NEW.fence, NEW.buys);
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON charge
        FOR EACH ROW EXECUTE FUNCTION note();
      ALTER TABLE charge SET (autovacuum_enabled = false);
      ALTER TABLE payment SET (autovacuum_enabled = false);
      """;

  private final String url;
  private final Connection own;

  private Store(String url, Connection own) {
    this.url = url;
    this.own = own;
  }

  static Store fresh() throws SQLException {
    String url = PostgresServer.shared().ledgerDatabase();
    transactions(url).close();
    PostgresServer.execute(url, HISTORY);
    return new Store(url, PostgresServer.connect(url));
  }

  private static Transactions transactions(String url) throws SQLException {
    return new LedgerDatabase(url, Optional.of(PostgresServer.USERNAME), Optional.empty())
        .transactions(CONNECTIONS, PATIENCE_MILLIS);
  }

  /** The product's own way to the database. */
  Transactions transactions() throws SQLException {
    return transactions(url);
  }

  String url() {
    return url;
  }

  /** Begins anew with empty tables. */
  void empty() throws SQLException {
    execute("TRUNCATE charge, payment, history, quote RESTART IDENTITY");
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = own.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows, each value by its column as text; NULL is left out. */
  List<Map<String, String>> rows(String sql) throws SQLException {
    try (Statement statement = own.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<Map<String, String>> rows = new ArrayList<>();
      int columns = found.getMetaData().getColumnCount();
      while (found.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns; i++) {
          if (found.getString(i) != null) {
            row.put(found.getMetaData().getColumnLabel(i), found.getString(i));
          }
        }
        rows.add(row);
      }
      return rows;
    }
  }

  long count(String sql) throws SQLException {
    return Long.parseLong(rows("SELECT COUNT(*) AS n FROM " + sql).get(0).get("n"));
  }

  @Override
  public void close() throws SQLException {
    own.close();
  }
}
