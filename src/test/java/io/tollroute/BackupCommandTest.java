package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tollroute backup} and {@code restore}, beside a shop and without one. */
class BackupCommandTest {

  private static Shop shop;

  @TempDir private Path folder;

  private Path backup;
  private Path ledger;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    new TokenBuyer(shop).paid(3);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void name() {
    backup = folder.resolve("backup.db");
    ledger = folder.resolve("restored/tollroute.db");
  }

  private record Ending(int code, String out, String err) {}

  private Ending run(Map<String, String> more, String... arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TOLLROUTE_MANAGEMENT_PORT", "" + shop.management().getPort());
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + ledger);
    environment.putAll(more);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Tollroute.commands(folder, environment, Clock.systemUTC(), false, arguments)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ending(code, out.toString(), err.toString());
  }

  private Ending run(String... arguments) {
    return run(Map.of(), arguments);
  }

  private static Ending ends(int code, Ending ending) {
    assertThat(ending.code()).as(ending.out() + ending.err()).isEqualTo(code);
    return ending;
  }

  private JsonNode made() throws Exception {
    return Shop.json(ends(0, run("backup", backup.toString())).out());
  }

  @Test
  @DisplayName(
      "A backup of an open shop is one whole file for its owner alone, and the shop sells on")
  void made_while_open() throws Exception {
    JsonNode told = made();

    assertThat(told.path("charges").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(told.path("payments").asInt()).isGreaterThanOrEqualTo(1);
    assertThat(told.path("bytes").asLong()).isEqualTo(Files.size(backup));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(backup);
    }
    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("It is never written over a file, nor where there is no folder, nor by a stranger")
  void refused() throws Exception {
    Files.writeString(backup, "something dear");
    assertThat(ends(2, run("backup", backup.toString())).err()).contains("is there already");
    assertThat(backup).hasContent("something dear");
    String nowhere = folder.resolve("nowhere/backup.db").toString();
    assertThat(ends(2, run("backup", nowhere)).err()).contains("no folder");
    ends(5, run("backup", folder.resolve("other.db").toString(), "--token", "guessed"));
    assertThat(folder.resolve("other.db")).doesNotExist();
  }

  @Test
  @DisplayName(
      "The management port holds the file for one at a time, and says when a hold was broken")
  void held() throws Exception {
    TokenBuyer operator = new TokenBuyer(shop);
    HttpResponse<String> begun = operator.manage("POST", "backup", "{}");
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    String hold = Shop.json(begun).path("hold").asText();

    assertThat(operator.manage("POST", "backup", "").statusCode()).isEqualTo(409);
    assertThat(run("backup", backup.toString()).code()).isEqualTo(3);
    String name = "{\"hold\":\"" + hold + "\"";
    assertThat(operator.manage("POST", "backup", name + "}").statusCode()).isEqualTo(200);
    String end = name + ",\"end\":true}";
    assertThat(operator.manage("POST", "backup", end).statusCode()).isEqualTo(200);
    assertThat(operator.manage("POST", "backup", end).statusCode()).isEqualTo(409);
    assertThat(operator.manage("POST", "backup", "{\"file\":\"/x\"}").statusCode()).isEqualTo(400);
    made();
  }

  @Test
  @DisplayName(
      "Restored to another folder it is the ledger, marked, with what is to be done in words")
  void restored() throws Exception {
    made();
    Files.writeString(Path.of(backup + ".key"), "a key");

    Ending done = ends(0, run("restore", backup.toString()));

    assertThat(Shop.json(done.out()).path("charges").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(done.err()).contains("tollroute reconcile --since 20", ".restored keeps");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ledger)))
        .isEqualTo("rw-------");
    assertThat(Path.of(ledger + ".key")).hasContent("a key");
    assertThat(Files.readString(Path.of(ledger + ".restored"))).startsWith("20").contains("T");
    assertThat(backup).exists();
  }

  @Test
  @DisplayName("A ledger that is there is put aside only when that is asked for, and so is its key")
  void replaced() throws Exception {
    made();
    Files.writeString(Path.of(backup + ".key"), "the key of the backup");
    ends(0, run("restore", backup.toString()));
    Files.writeString(Path.of(ledger + ".key"), "another key");

    assertThat(ends(3, run("restore", backup.toString())).err()).contains("--replace");
    Ending done = ends(0, run("restore", backup.toString(), "--replace"));

    Path aside = Path.of(Shop.json(done.out()).path("replaced").asText());
    assertThat(aside).exists();
    assertThat(Path.of(ledger + ".key")).hasContent("the key of the backup");
    assertThat(Path.of(aside.toString().replace(".db.", ".db.key."))).hasContent("another key");
  }

  @Test
  @DisplayName("Nothing is restored under a shop that has the ledger open")
  void taken() throws Exception {
    made();
    ends(0, run("restore", backup.toString()));
    byte[] before = Files.readAllBytes(ledger);
    try (Connection open = DriverManager.getConnection("jdbc:sqlite:" + ledger);
        Statement statement = open.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");

      assertThat(ends(3, run("restore", backup.toString(), "--replace")).err())
          .contains("stop the shop first");
      assertThat(ends(4, run(nobody(), "backup", folder.resolve("second.db").toString())).err())
          .contains("open in another process");
    }
    assertThat(Files.readAllBytes(ledger)).isEqualTo(before);
  }

  private static Map<String, String> nobody() throws Exception {
    return Map.of("TOLLROUTE_MANAGEMENT_PORT", "" + FreePorts.draw().management());
  }

  @Test
  @DisplayName("Where no shop runs, the ledger of the settings is copied, with its key")
  void closed() throws Exception {
    made();
    Files.writeString(Path.of(backup + ".key"), "a key");
    ends(0, run("restore", backup.toString()));
    Path second = folder.resolve("second.db");

    Ending done = ends(0, run(nobody(), "backup", second.toString()));

    assertThat(Shop.json(done.out()).path("charges").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(Path.of(second + ".key")).hasContent("a key");
    Path third = folder.resolve("third.db");
    ends(0, run(nobody(), "backup", third.toString(), "--without-key"));
    assertThat(Path.of(third + ".key")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE flyway_schema_history",
        "INSERT INTO flyway_schema_history VALUES"
            + " (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'x', '2026-01-01', 1, 1)",
        "INSERT INTO flyway_schema_history VALUES"
            + " (999, '900', 'broken', 'SQL', 'V900__broken.sql', 1, 'x', '2026-01-01', 1, 0)"
      })
  @DisplayName("What is no ledger of this release's is not restored, and nothing is changed")
  void unusable(String change) throws Exception {
    made();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + backup);
        Statement statement = connection.createStatement()) {
      statement.execute(change);
    }

    Ending ending = ends(1, run("restore", backup.toString()));

    assertThat(ending.err().lines()).hasSize(1);
    try (var files = Files.list(ledger.getParent())) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  @DisplayName("With PostgreSQL both say that it has backups of its own")
  void server() throws Exception {
    Map<String, String> settings =
        Map.of("TOLLROUTE_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/books");

    assertThat(ends(3, run(settings, "restore", backup.toString())).err()).contains("PostgreSQL");
  }
}
