package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsTable;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatabaseFaultTest {

  @Test
  @DisplayName("a server whose name is not known is said to be that, where its driver does not")
  void unknownHost() throws Exception {
    SQLException attempt =
        new SQLException(
            "The connection attempt failed.", "08001", new UnknownHostException("db.example"));

    assertThat(
            DatabaseFault.of(
                Settings.resolve(
                    SettingsTable.read(),
                    Path.of(""),
                    false,
                    Map.of("TOLLROUTE_DATABASE_URL", "jdbc:postgresql://db.example/x"),
                    new Properties(),
                    new Properties()),
                attempt))
        .hasMessage(
            "tollroute.database.url: jdbc:postgresql://db.example/x cannot be reached"
                + " (the name of its host is not known (DNS))");
  }
}
