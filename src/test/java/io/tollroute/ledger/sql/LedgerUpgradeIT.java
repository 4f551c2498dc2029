package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerUpgradeIT {

  private static final Path MIGRATIONS = Path.of("src/main/resources/db");
  private static final List<String> OF_AN_EARLIER_VERSION =
      List.of(
          "migration/V1__charge.sql",
          "migration/V2__payment.sql",
          "migration/V3__accounts.sql",
          "migration/V4__indexes.sql",
          "postgresql/V10__rate_gate.sql");

  @Test
  @DisplayName("a PostgreSQL ledger of an earlier version gets what came for both databases since")
  void upgrades(@TempDir Path folder) throws Exception {
    String url = PostgresServer.shared().freshDatabase();
    String user = PostgresServer.settings(url).get("TOLLROUTE_DATABASE_USERNAME");
    for (String migration : OF_AN_EARLIER_VERSION) {
      Path file = MIGRATIONS.resolve(migration);
      Files.copy(file, folder.resolve(file.getFileName()));
    }
    Flyway.configure().dataSource(url, user, "").locations("filesystem:" + folder).load().migrate();

    try (Transactions transactions =
        new LedgerDatabase(url, Optional.of(user), Optional.empty()).transactions(1, 5_000)) {
      long applied =
          transactions.commit(
              statements ->
                  statements
                      .first(
                          "SELECT COUNT(*) FROM flyway_schema_history WHERE success",
                          row -> row.getLong(1))
                      .orElseThrow());
      try (var all = Files.list(MIGRATIONS.resolve("migration"))) {
        assertThat(applied).isEqualTo(all.count() + 1);
      }
    }
  }
}
