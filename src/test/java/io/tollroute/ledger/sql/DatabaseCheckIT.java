package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.module.Finding;
import io.tollroute.module.Finding.Result;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsTable;
import io.tollroute.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A look at a PostgreSQL database")
class DatabaseCheckIT {

  private static List<Finding> look(String url, Map<String, String> more) throws Exception {
    Map<String, String> environment = new HashMap<>(PostgresServer.settings(url));
    environment.putAll(more);
    Settings settings =
        Settings.resolve(
            SettingsTable.read(),
            Path.of("").toAbsolutePath(),
            false,
            environment,
            new Properties(),
            new Properties());
    return new DatabaseCheck(settings).look();
  }

  private static Result result(List<Finding> findings, String check) {
    return findings.stream()
        .filter(found -> found.check().equals(check))
        .map(Finding::result)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @Test
  @DisplayName("says of a fresh one that the first start makes the tables, and makes none")
  void fresh() throws Exception {
    String url = PostgresServer.shared().freshDatabase();

    List<Finding> findings = look(url, Map.of());

    assertThat(result(findings, "database")).isEqualTo(Result.OK);
    assertThat(findings)
        .filteredOn(found -> found.check().equals("schema"))
        .singleElement()
        .satisfies(found -> assertThat(found.found()).contains("there is none yet"));
    try (Connection connection = PostgresServer.connect(url);
        Statement statement = connection.createStatement();
        ResultSet tables =
            statement.executeQuery(
                "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")) {
      tables.next();
      assertThat(tables.getInt(1)).isZero();
    }
  }

  @Test
  @DisplayName("finds nothing wrong with the books of this release")
  void books() throws Exception {
    assertThat(look(PostgresServer.shared().ledgerDatabase(), Map.of()))
        .hasSize(2)
        .allMatch(found -> found.result() == Result.OK);
  }

  @Test
  @DisplayName("warns of books that the next start changes, and of those of a newer release")
  void otherVersions() throws Exception {
    String older = PostgresServer.shared().ledgerDatabase();
    PostgresServer.execute(older, "DELETE FROM flyway_schema_history WHERE version = '17'");
    String newer = PostgresServer.shared().ledgerDatabase();
    PostgresServer.execute(
        newer,
        "INSERT INTO flyway_schema_history SELECT 1000, '999', 'later', type, script, checksum,"
            + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
            + " WHERE version = '17'");

    assertThat(result(look(older, Map.of()), "schema")).isEqualTo(Result.WARN);
    assertThat(result(look(newer, Map.of()), "schema")).isEqualTo(Result.WARN);
  }

  @Test
  @DisplayName(
      "finds a role that may not write, one that may make no tables, and a database that is not there")
  void rights() throws Exception {
    String url = PostgresServer.shared().ledgerDatabase();
    PostgresServer.execute(
        url,
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN"
            + " CREATE ROLE reader LOGIN; END IF; END $$;"
            + " GRANT SELECT ON flyway_schema_history TO reader;"
            + " REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    Map<String, String> reader = Map.of("TOLLROUTE_DATABASE_USERNAME", "reader");

    assertThat(look(url, reader).get(0))
        .satisfies(
            found -> {
              assertThat(found.result()).isEqualTo(Result.FAIL);
              assertThat(found.found()).contains("reader");
            });
    String fresh = PostgresServer.shared().freshDatabase();
    PostgresServer.execute(fresh, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    assertThat(result(look(fresh, reader), "schema")).isEqualTo(Result.FAIL);
    assertThat(look(url + "_nowhere", Map.of()))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.result()).isEqualTo(Result.FAIL);
              assertThat(found.found()).contains("tollroute.database.url");
            });
  }

  @Test
  @DisplayName("warns where the server has fewer connections than a replica takes")
  void connections() throws Exception {
    assertThat(
            look(
                PostgresServer.shared().ledgerDatabase(),
                Map.of("TOLLROUTE_DATABASE_CONNECTIONS", "500")))
        .anyMatch(
            found ->
                found.result() == Result.WARN && found.found().contains("up to 504 connections"));
  }
}
