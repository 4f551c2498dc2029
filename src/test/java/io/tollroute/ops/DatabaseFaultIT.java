package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.Tollroute;
import io.tollroute.ledger.sql.DatabaseTrouble;
import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.SmallDisk;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ledger that cannot be opened is one line that names the setting to mend. */
class DatabaseFaultIT {

  private static final String PASSWORD = "correct horse";

  @TempDir private static Path folder;
  private static PostgresServer server;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.own();
    url = server.freshDatabase();
    PostgresServer.execute(url, "CREATE ROLE seller LOGIN PASSWORD '" + PASSWORD + "'");
    PostgresServer.execute(url, "CREATE ROLE guest LOGIN PASSWORD '" + PASSWORD + "'");
    PostgresServer.execute(url, "GRANT CREATE ON SCHEMA public TO seller");
    server.askForPasswords();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest(name = "{0} as {1}: {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          jdbc:mysql://db/tollroute | - | tollroute.database.url: must be jdbc:sqlite:<file> or jdbc:postgresql://<host>/<database>
          data/tollroute.db | - | tollroute.database.url: must be jdbc:sqlite:<file> or jdbc:postgresql://<host>/<database>
          jdbc:postgresql:tollroute | seller | tollroute.database.url: must be jdbc:postgresql://<host>/<database>
          jdbc:postgresql://db | seller | tollroute.database.url: must be jdbc:postgresql://<host>/<database>
          jdbc:postgresql://seller:secret@db/tollroute | seller | tollroute.database.url: must be jdbc:postgresql://<host>/<database>
          jdbc:postgresql://db/tollroute?password=secret | seller | tollroute.database.url: must not hold user or password; they are tollroute.database.username and .password
          jdbc:postgresql://db/tollroute | - | tollroute.database.username: PostgreSQL needs it
          jdbc:sqlite:data/tollroute.db | seller | tollroute.database.username: is for PostgreSQL; an SQLite file has none
          """)
  void contradictions(String wrong, String username, String line) throws Exception {
    assertThat(fault(wrong, username == null ? "" : username, "")).isEqualTo(line);
  }

  @Test
  @DisplayName("a server that is not there")
  void unreachable() throws Exception {
    String nobody = "jdbc:postgresql://127.0.0.1:" + FreePorts.draw().port() + "/tollroute";

    assertThat(fault(nobody + "?sslmode=disable", "seller", PASSWORD))
        .startsWith("tollroute.database.url: " + nobody + " cannot be reached (");
  }

  @ParameterizedTest(name = "a server that answers {0}: it may be right the next time: {1}")
  @CsvSource({
    "57P03, true",
    "57P01, true",
    "53300, true",
    "53100, true",
    "53200, true",
    "58030, true",
    "25006, true",
    "3D000, false",
    "28P01, false",
    "28000, false",
    "42501, false",
    "XX001, false"
  })
  @DisplayName("a server that takes nobody in now is no fault of the settings")
  void answer(String state, boolean passing) throws Exception {
    try (ServerSocket refusing = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> refuse(refusing, state), "refusing");
      server.setDaemon(true);
      server.start();

      SettingsFault fault =
          settingsFault(
              "jdbc:postgresql://127.0.0.1:"
                  + refusing.getLocalPort()
                  + "/tollroute?sslmode=disable&gssEncMode=disable",
              "seller",
              PASSWORD);

      assertThat(fault.getMessage()).startsWith("tollroute.database.");
      assertThat(fault.isPassing()).as(fault.getMessage()).isEqualTo(passing);
    }
  }

  /** Answers whoever comes as PostgreSQL does before it lets anybody in. */
  private static void refuse(ServerSocket socket, String state) {
    byte[] fields =
        ("SFATAL\0VFATAL\0C" + state + "\0Mnot now\0\0").getBytes(StandardCharsets.US_ASCII);
    while (!socket.isClosed()) {
      try (Socket comer = socket.accept()) {
        DataInputStream in = new DataInputStream(comer.getInputStream());
        in.readFully(new byte[in.readInt() - 4]);
        DataOutputStream out = new DataOutputStream(comer.getOutputStream());
        out.writeByte('E');
        out.writeInt(4 + fields.length);
        out.write(fields);
        out.flush();
      } catch (IOException gone) {
        // the next one is answered all the same; without a socket there is none
      }
    }
  }

  @Test
  @DisplayName("an SQLite file on a full disk is one line, and no fault of the settings")
  void fullDisk() throws Exception {
    for (int pages : List.of(1, 3, 20)) {
      String few = folder.resolve("pages-" + pages + ".db") + "?max_page_count=" + pages;
      SQLException refused =
          catchThrowableOfType(
              SQLException.class, () -> new LedgerDatabase(LedgerDatabase.SQLITE + few).open());
      assertThat(DatabaseTrouble.of(refused)).contains(DatabaseTrouble.FULL);
    }
    Optional<SmallDisk> small = SmallDisk.mount(folder.resolve("full"), 1);
    if (small.isEmpty()) {
      // a machine that lets nobody mount
      return;
    }
    try (SmallDisk disk = small.get()) {
      for (int left : List.of(0, 8192, 40960, 131072)) {
        disk.fill(left);
        String file = LedgerDatabase.SQLITE + disk.folder().resolve("full-" + left + ".db");

        SettingsFault fault = settingsFault(file, "", "");

        assertThat(fault.getMessage())
            .startsWith(
                "tollroute.database.url: " + file + " cannot be opened: the disk is full (");
        assertThat(fault.isPassing()).isTrue();
        disk.free();
      }
    }
  }

  @Test
  @DisplayName("a file that is no ledger is one line, and mending it is the operator's")
  void noLedger() throws Exception {
    Path file = Files.writeString(folder.resolve("letter.db"), "Dear ledger, ".repeat(1000));

    SettingsFault fault = settingsFault(LedgerDatabase.SQLITE + file, "", "");

    assertThat(fault.getMessage()).contains("its content is damaged");
    assertThat(fault.isPassing()).isFalse();
  }

  @ParameterizedTest(name = "{2}: exit code {1}")
  @CsvSource({"away, 75, a server that is away", "other, 78, a database that is not there"})
  @DisplayName("the command's exit code tells what may pass from what must be mended")
  void exitCode(String kind, int code, String words) throws Exception {
    String named =
        kind.equals("away")
            ? "jdbc:postgresql://127.0.0.1:" + FreePorts.draw().port() + "/tollroute"
            : url.replaceFirst("/[^/]+$", "/other");
    Path err = folder.resolve(kind + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Tollroute.class.getName(),
                "sandbox",
                "--once")
            .redirectErrorStream(true)
            .redirectOutput(err.toFile());
    builder.environment().putAll(environment(named, "seller", PASSWORD));
    Process process = builder.start();

    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(code);
    assertThat(Files.readString(err)).doesNotContain("\tat ").doesNotContain("horse");
  }

  @Test
  @DisplayName("a database that is not there")
  void noDatabase() throws Exception {
    String other = url.replaceFirst("/[^/]+$", "/other");

    assertThat(fault(other, "seller", PASSWORD))
        .startsWith("tollroute.database.url: " + other + " is not a database of that server (");
  }

  @Test
  @DisplayName("a password that is missing")
  void noPassword() throws Exception {
    assertThat(fault(url, "seller", ""))
        .isEqualTo("tollroute.database.password: " + url + " asks for one");
  }

  @Test
  @DisplayName("a password that is wrong, which is not shown")
  void wrongPassword() throws Exception {
    assertThat(fault(url, "seller", "wrong horse"))
        .isEqualTo("tollroute.database.password: " + url + " refuses seller with it");
  }

  @Test
  @DisplayName("a role that may not make tables")
  void mayNotMakeTables() throws Exception {
    assertThat(fault(url, "guest", PASSWORD))
        .startsWith("tollroute.database.username: guest may not make tables in " + url + " (");
  }

  @Test
  @DisplayName("a role with its password may make tables: it starts")
  void starts() throws Exception {
    assertThatCode(() -> create(environment(url, "seller", PASSWORD)).close())
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("an SQLite file that is open in another process, as the command says it")
  void fileInUse() throws Exception {
    String file = LedgerDatabase.SQLITE + folder.resolve("used.db");
    try (Connection held = new LedgerDatabase(file).open()) {
      Path err = folder.resolve("err.txt");
      ProcessBuilder second =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Tollroute.class.getName(),
                  "sandbox",
                  "--once")
              .redirectOutput(folder.resolve("out.txt").toFile())
              .redirectError(err.toFile());
      second.environment().putAll(environment(file, "", ""));
      Process process = second.start();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(78);
      List<String> lines =
          Files.readAllLines(err).stream().filter(line -> line.startsWith("tollroute.")).toList();
      assertThat(lines)
          .containsExactly(
              "tollroute.database.url: "
                  + file
                  + " is open in another process; an SQLite file has room for one");
      assertThat(Files.readString(err)).doesNotContain("Exception").doesNotContain("\tat ");
      assertThat(held.isClosed()).isFalse();
    }
  }

  private static String fault(String wrong, String username, String password) throws Exception {
    return settingsFault(wrong, username, password).getMessage();
  }

  private static SettingsFault settingsFault(String wrong, String username, String password)
      throws Exception {
    SettingsFault fault =
        catchThrowableOfType(
            SettingsFault.class, () -> create(environment(wrong, username, password)).close());
    assertThat(fault).as("it started").isNotNull();
    assertThat(fault.getMessage()).doesNotContain("horse").doesNotContain("secret");
    assertThat(fault.getMessage().lines()).hasSize(1);
    return fault;
  }

  private static Application create(Map<String, String> environment) throws Exception {
    return Application.create(
        Application.Mode.SANDBOX,
        Path.of("").toAbsolutePath(),
        environment,
        new Properties(),
        Clock.systemUTC());
  }

  private static Map<String, String> environment(String url, String username, String password)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.putAll(FreePorts.draw().settings());
    environment.put("TOLLROUTE_DATABASE_URL", url);
    if (!username.isEmpty()) {
      environment.put("TOLLROUTE_DATABASE_USERNAME", username);
    }
    if (!password.isEmpty()) {
      environment.put("TOLLROUTE_DATABASE_PASSWORD", password);
    }
    return environment;
  }
}
