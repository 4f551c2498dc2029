package io.tollroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PostgresServerIT {

  @Test
  @DisplayName("a fresh database is empty")
  void fresh() throws Exception {
    String first = PostgresServer.shared().freshDatabase();
    PostgresServer.execute(first, "CREATE TABLE note (text TEXT)");
    String second = PostgresServer.shared().freshDatabase();

    PostgresServer.execute(second, "CREATE TABLE note (text TEXT)");

    assertThat(second).isNotEqualTo(first);
  }

  @Test
  @DisplayName("a server that stops is gone, and has kept what was committed when it is back")
  void comesBack() throws Exception {
    try (PostgresServer server = PostgresServer.own()) {
      String url = server.freshDatabase();
      PostgresServer.execute(url, "CREATE TABLE note AS SELECT 'kept' AS text");

      server.stop();
      assertThatThrownBy(() -> PostgresServer.connect(url)).isInstanceOf(SQLException.class);
      server.start();

      try (Connection connection = PostgresServer.connect(url);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT text FROM note")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("kept");
      }
    }
  }
}
