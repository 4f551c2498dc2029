package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ops.Application;
import io.tollroute.testing.Folders;
import io.tollroute.testing.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line as an operator meets it, above all when it refuses. */
@Timeout(60) // a serve that does not refuse would serve
class CommandsIT {

  private static final int WRONG_SETTINGS = 78;

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  private record Ending(int code, String out, String err) {

    /** The lines of standard error; a stack trace would be many. */
    List<String> lines() {
      return err.lines().toList();
    }
  }

  @BeforeEach
  void furnish() throws Exception {
    Folders.furnish(home, "routes", "services", "docs");
    environment.putAll(FreePorts.draw().settings());
  }

  @AfterEach
  void forgetKeys() {
    System.clearProperty("alibabacloud.accessKeyId");
    System.clearProperty("alibabacloud.accessKeyIdSecret");
  }

  private Ending run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = Tollroute.commands(home, environment, Clock.systemUTC(), false);
    int code =
        commands
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ending(code, out.toString(), err.toString());
  }

  private void serveWith(String... pairs) {
    environment.put("TOLLROUTE_X402_PAY_TO", "0x1111111111111111111111111111111111111111");
    environment.put("TOLLROUTE_X402_FACILITATOR_URL", "http://127.0.0.1:1");
    environment.put("TOLLROUTE_PUBLIC_URL", "https://api.example.com");
    // one of the sources of Alibaba's SDK that a test can fill
    System.setProperty("alibabacloud.accessKeyId", "test-id");
    System.setProperty("alibabacloud.accessKeyIdSecret", "test-secret");
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
  }

  private void assertRefused(Ending ending, String begin) {
    assertThat(ending.code()).as(ending.err()).isEqualTo(WRONG_SETTINGS);
    assertThat(ending.lines()).singleElement().asString().startsWith(begin);
    assertThat(ending.err()).doesNotContain("Exception", "\tat ");
    assertThat(ending.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sandbox",
        "serve",
        "services",
        "buy",
        "token",
        "payments",
        "charges",
        "reconcile",
        "doctor",
        "routes",
        "config"
      })
  @DisplayName("A command that is made alone is the one among all")
  void alone(String name) {
    CommandLine alone =
        Tollroute.commands(home, environment, Clock.systemUTC(), false, name, "--help");

    assertThat(alone.getSubcommands()).containsOnlyKeys(name);
    assertThat(alone.getSubcommands().get(name).getUsageMessage())
        .isEqualTo(
            Tollroute.commands(home, environment, Clock.systemUTC(), false)
                .getSubcommands()
                .get(name)
                .getUsageMessage());
  }

  @Test
  @DisplayName("services validate says of a service what its terms will have to leave out")
  void longTerms() throws Exception {
    String folder = home.resolve("services").toString();
    assertThat(run("services", "validate", folder).out()).doesNotContain("too long");
    Path file = home.resolve("services/facebody/masked-face-comparison.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("requestId: example-request-id", "requestId: " + "x".repeat(3_000)));

    Ending ending = run("services", "validate", folder);

    assertThat(ending.code()).as(ending.err()).isZero();
    assertThat(ending.out())
        .contains(
            "masked-face-comparison: ",
            "say the example of an answer in the body alone",
            "1 service");
  }

  @Test
  @DisplayName("serve refuses an address with which no terms fit into a header")
  void longAddress() {
    serveWith("TOLLROUTE_PUBLIC_URL", "https://a.example/" + "p".repeat(3_000));

    assertRefused(run("serve"), "tollroute.public-url: is so long");
  }

  @Test
  @DisplayName("serve refuses to start and names each setting that it lacks")
  void missing() {
    Ending ending = run("serve");

    assertThat(ending.code()).isEqualTo(WRONG_SETTINGS);
    assertThat(ending.lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("tollroute.public-url: "))
        .anyMatch(line -> line.startsWith("tollroute.x402.pay-to: "))
        .anyMatch(line -> line.startsWith("tollroute.x402.facilitator.url: "));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
    "TOLLROUTE_X402_PAY_TO, 0x5E11e20000000000000000000000000000402402, tollroute.x402.pay-to",
    "TOLLROUTE_X402_FACILITATOR_URL, http://127.0.0.1:8080/sandbox/facilitator, tollroute.x402.facilitator.url",
    "TOLLROUTE_X402_ASSET_NAME, USDC, tollroute.x402.asset-name",
    "TOLLROUTE_X402_MAX_TIMEOUT_SECONDS, 30, tollroute.x402.max-timeout-seconds",
    "TOLLROUTE_X402_FACILITATOR_AUTH, bearer, tollroute.x402.facilitator.token",
    "TOLLROUTE_DATABASE_URL, jdbc:oracle:x, tollroute.database.url",
    "TOLLROUTE_MANAGEMENT_TOKEN, sandbox-operator-token, tollroute.management.token",
    "TOLLROUTE_MANAGEMENT_TOKEN, fifteen-letters, tollroute.management.token",
    "TOLLROUTE_X402_FACILITATOR_RECORD_URL, http://127.0.0.1:8080/sandbox/facilitator/settlements, tollroute.x402.facilitator.record-url",
    "TOLLROUTE_PORT, eighty, tollroute.port",
    "TOLLROUTE_ROUTES, nowhere, tollroute.routes",
    "TOLLROUTE_X402_PAYTO, 0x1, TOLLROUTE_X402_PAYTO"
  })
  @DisplayName("serve refuses a sandbox's, a contradicting or a wrong value in one line")
  void wrong(String variable, String value, String begin) {
    serveWith(variable, value);

    assertRefused(run("serve"), begin + ": ");
  }

  @Test
  @DisplayName("a key for the facilitator that is no key is refused without being shown")
  void unreadableKey() {
    serveWith(
        "TOLLROUTE_X402_FACILITATOR_AUTH", "cdp",
        "TOLLROUTE_X402_FACILITATOR_KEY_ID", "id",
        "TOLLROUTE_X402_FACILITATOR_KEY_SECRET", "not-a-key!");

    Ending ending = run("serve");

    assertRefused(ending, "tollroute.x402.facilitator.key-secret: ");
    assertThat(ending.err()).doesNotContain("not-a-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TOLLROUTE_PORT", "TOLLROUTE_MANAGEMENT_PORT"})
  @DisplayName("A port that is taken stops the start in one line")
  void portTaken(String variable) throws Exception {
    environment.put("TOLLROUTE_HOST", "127.0.0.1");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put(variable, Integer.toString(taken.getLocalPort()));

      Ending ending = run("sandbox", "--once");

      String name = variable.toLowerCase(Locale.ROOT).replace('_', '.');
      assertRefused(ending, name + ": cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  @DisplayName("A database that somebody else has open stops the start in one line")
  void databaseLocked() throws Exception {
    Path file = home.resolve("ledger.db");
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + file);
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");

      assertRefused(run("sandbox", "--once"), "tollroute.database.url: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/nothing/ledger.db", "/dev/null/ledger.db"})
  @DisplayName("A database that cannot be made stops the start in one line")
  void databaseImpossible(String file) {
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + file);

    assertRefused(run("sandbox", "--once"), "tollroute.database.url: jdbc:sqlite:" + file);
  }

  @Test
  @DisplayName("A file that is no database stops the start in one line")
  void noDatabase() throws Exception {
    Path file = Files.writeString(home.resolve("ledger.db"), "hello ".repeat(1000));
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + file);

    assertRefused(run("sandbox", "--once"), "tollroute.database.url: ");
  }

  private static final String ROUTE = "- route:\n    id: mine\n    from:\n      uri: direct:mine\n";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "broken YAML|- route:\\n    id: mine\\n   from: [\\n|:3: ",
        "unknown step|- route:\\n    from:\\n      uri: direct:a\\n      steps:\\n        - shout: {}\\n|:5: ",
        "unknown key|- route:\\n    colour: red\\n    from:\\n      uri: direct:a\\n      steps:\\n        - stop: {}\\n|:2: ",
        "unknown bean|- route:\\n    id: mine\\n    from:\\n      uri: direct:a\\n      steps:\\n        - process:\\n            ref: nobody\\n|:7: ",
        "unknown option|- route:\\n    id: mine\\n    from:\\n      uri: direct:a\\n      parameters:\\n        loud: true\\n      steps:\\n        - stop: {}\\n|:2: route mine: ",
        "unknown setting|- route:\\n    id: mine\\n    from:\\n      uri: 'timer:{{tollroute.nothing}}'\\n      steps:\\n        - stop: {}\\n|:2: route mine: ",
        "unknown component|- route:\\n    id: mine\\n    from:\\n      uri: carrierpigeon:a\\n      steps:\\n        - stop: {}\\n|:2: route mine: "
      })
  @DisplayName("A wrong route file stops the start in one line with the file")
  void wrongRouteFile(String fault, String text, String place) throws Exception {
    Path file = home.resolve("routes").resolve("mine.camel.yaml");
    Files.writeString(file, text.replace("\\n", "\n"));

    assertRefused(run("sandbox", "--once"), file + place);
  }

  @Test
  @DisplayName("serve says it just as well as the sandbox")
  void wrongRouteFileInServe() throws Exception {
    serveWith();
    Path file = home.resolve("routes").resolve("mine.camel.yaml");
    Files.writeString(file, "- route:\n    id: mine\n   from: [\n");

    assertRefused(run("serve"), file + ":3: ");
  }

  @Test
  @DisplayName("serve without a key for Alibaba Cloud refuses to start")
  void noAlibabaKey() throws Exception {
    serveWith();
    // in a process of its own: the SDK looks into the home folder and remembers what it found
    ProcessBuilder serve =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            "io.tollroute.Tollroute",
            "serve");
    serve.environment().keySet().removeIf(name -> name.startsWith("ALIBABA_CLOUD_"));
    serve.environment().putAll(environment);
    serve.environment().put("TOLLROUTE_HOME", home.toString());
    Process process = serve.redirectErrorStream(true).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it refuses by itself").isTrue();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as(printed).isEqualTo(WRONG_SETTINGS);
      assertThat(printed.lines())
          .filteredOn(line -> !line.contains("tollroute.x402.rpc-url is not set"))
          // what a JVM from 24 on says of its own accord about Netty and SQLite
          .filteredOn(line -> !line.startsWith("WARNING: ") && !line.isEmpty())
          .singleElement()
          .asString()
          .startsWith(home.resolve("services/facebody/masked-face-comparison.yaml").toString())
          .contains(
              ": ALIBABA_CLOUD_ACCESS_KEY_ID: no credentials for Alibaba Cloud, ",
              "direct:alibaba-rpc needs it");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @DisplayName("Two routes of one id stop the start in one line with the place of the second")
  void doubledRoute() throws Exception {
    Path file = home.resolve("routes").resolve("mine.camel.yaml");
    Files.writeString(
        file,
        "- route:\n    id: refuse\n    from:\n      uri: direct:mine\n"
            + "      steps:\n        - stop: {}\n");

    Ending ending = run("sandbox", "--once");

    assertRefused(ending, file + ":2: the id 'refuse' is there already, in ");
  }

  @Test
  @DisplayName("A wrong service file stops the start with the file, the line and the reason")
  void wrongServiceFile() throws Exception {
    Path file = home.resolve("services/facebody/masked-face-comparison.yaml");
    Folders.edit(file, "  amount: \"0.20\"", "  amount: \"free\"");

    Ending ending = run("sandbox", "--once");

    assertThat(ending.code()).isEqualTo(WRONG_SETTINGS);
    assertThat(ending.lines()).singleElement().asString().matches(".*\\.yaml:\\d+: .+");
    assertThat(ending.err()).startsWith(file.toString()).doesNotContain("Exception");
  }

  @Test
  @DisplayName("A Camel option that does not exist stops the start in one line")
  void wrongCamelOption() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf").resolve("application.properties"), "camel.main.nothing = 1\n");

    Ending ending = run("sandbox", "--once");

    assertRefused(ending, "cannot start: ");
    assertThat(ending.err()).contains("camel.main.nothing");
  }

  @ParameterizedTest
  @CsvSource({
    "camel.server.port, is called tollroute.port here",
    "camel.server.host, is called tollroute.host here",
    "camel.management.port, is called tollroute.management.port here",
    "camel.management.metricsEnabled, has no effect",
    "camel.server.max-body-size, has no effect",
    "camel.opentelemetry2.enabled, must not be set",
    "camel.opentelemetry.trace-processors, must not be set",
  })
  @DisplayName("An option of the HTTP server or tracer that Camel would make is refused with ours")
  void camelServerOption(String option, String said) throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf").resolve("application.properties"), option + " = 1\n");

    Ending ending = run("sandbox", "--once");

    assertRefused(ending, option + ": " + said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "camel.main.routes-reload-enabled",
        "camel.main.routesReloadEnabled",
        "camel.main.context-reload-enabled"
      })
  @DisplayName(
      "A reload of routes by Camel, which would take every address away, stops the start and says"
          + " what to do")
  void reload(String option) throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf").resolve("application.properties"),
        option
            + " = true\ncamel.main.routes-reload-directory = "
            + home.resolve("routes")
            + "\ncamel.main.routes-reload-pattern = *.camel.yaml\n");

    Ending ending = run("sandbox", "--once");

    assertRefused(ending, "cannot start: camel.main.");
    assertThat(ending.err()).contains("-reload-enabled must not be on", "leave it out");
  }

  @Test
  @DisplayName("Tracing by Camel, which writes what buyers send into the log, stops the start")
  void tracing() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf").resolve("application.properties"), "camel.main.tracing = true\n");

    Ending ending = run("sandbox", "--once");

    assertRefused(ending, "cannot start: camel.main.tracing must not be on");
  }

  @Test
  @DisplayName("After a start that failed everything is free again, and the next one goes well")
  void nextStart() throws Exception {
    Path file = home.resolve("routes").resolve("mine.camel.yaml");
    Files.writeString(file, ROUTE);
    assertThat(run("sandbox", "--once").code()).isEqualTo(WRONG_SETTINGS);
    Files.delete(file);

    Ending ending = run("sandbox", "--once");

    assertThat(ending.code()).as(ending.err()).isZero();
    assertThat(ending.err()).isEmpty();
    assertThat(ending.out()).contains("HTTP 402", "HTTP 200");
  }

  @Test
  @DisplayName("config prints every setting, where its value came from, and nothing of a secret")
  void config() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf").resolve("application.properties"),
        "tollroute.seller = The Shop\ntollroute.x402.facilitator.token = very-secret\n");
    environment.put("TOLLROUTE_X402_FACILITATOR_KEY_SECRET", "very-secret");
    environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "very-secret");

    Ending ending = run("config");

    assertThat(ending.code()).isZero();
    assertThat(ending.out())
        .contains("tollroute.seller = The Shop", "from properties file")
        .contains("tollroute.port = " + environment.get("TOLLROUTE_PORT"))
        .contains("from environment TOLLROUTE_PORT")
        .contains("tollroute.x402.facilitator.token = ***")
        .contains("tollroute.x402.facilitator.key-secret = ***")
        .contains("tollroute.x402.pay-to = " + System.lineSeparator())
        .doesNotContain("very-secret");
    for (String line : Files.readAllLines(Path.of("src/main/resources/settings.yaml"))) {
      if (line.startsWith("tollroute.")) {
        assertThat(ending.out()).contains(line.substring(0, line.indexOf(':')) + " = ");
      }
    }
    assertThat(run("config", "--sandbox").out())
        .contains("tollroute.x402.network = eip155:84532")
        .contains("default eip155:84532; from default");
  }

  @Test
  @DisplayName("config refuses what a start would refuse")
  void configRefuses() {
    environment.put("TOLLROUTE_X402_PAYTO", "0x1");

    assertRefused(run("config"), "TOLLROUTE_X402_PAYTO: there is no such setting");
  }

  @Test
  @DisplayName("Neither config nor a refusal shows a secret inside a URL")
  void secretsInUrls() {
    for (String name :
        List.of(
            "TOLLROUTE_X402_RPC_URL",
            "TOLLROUTE_X402_FACILITATOR_URL",
            "TOLLROUTE_X402_FACILITATOR_RECORD_URL",
            "TOLLROUTE_ALIBABA_ENDPOINT",
            "TOLLROUTE_PUBLIC_URL")) {
      environment.put(name, "https://me:hush@host.example.com/v3/hush?k=hush#hush");
    }
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:postgresql://me:hush@db/shop?password=hush");

    Ending config = run("config");
    Ending serve = run("serve");

    assertThat(config.code()).as(config.err()).isZero();
    assertThat(config.out())
        .contains("tollroute.x402.rpc-url = https://host.example.com/\u2026")
        .contains("tollroute.database.url = jdbc:postgresql://db/shop")
        .doesNotContain("hush");
    assertThat(serve.code()).isEqualTo(WRONG_SETTINGS);
    assertThat(serve.err()).isNotEmpty().doesNotContain("hush");
  }

  @Test
  @DisplayName("A temporary folder that is missing stops the start in one line")
  void noTemporaryFolder() {
    String usual = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", home.resolve("nowhere").toString());
    try {
      assertRefused(
          run("sandbox", "--once"), "java.io.tmpdir: " + home.resolve("nowhere") + " is ");
    } finally {
      System.setProperty("java.io.tmpdir", usual);
    }
  }

  @Test
  @DisplayName("A service that names a route nobody serves stops the start with file and line")
  void unservedProvider() throws Exception {
    Path file = home.resolve("services/facebody/masked-face-comparison.yaml");
    Files.writeString(
        file,
        Files.readString(file).replaceFirst("route: direct:alibaba-rpc", "route: direct:nobody"));

    Ending ending = run("sandbox", "--once");
    Ending validated = run("services", "validate", file.getParent().toString());

    assertThat(validated.code()).isEqualTo(1);
    assertThat(validated.err().strip()).isEqualTo(ending.err().strip());
    assertThat(ending.code()).as(ending.err()).isEqualTo(WRONG_SETTINGS);
    assertThat(ending.lines())
        .singleElement()
        .asString()
        .matches(
            Pattern.quote(file.toString())
                + ":\\d+: /provider/route: no route file serves direct:nobody");
  }

  @Test
  @DisplayName("The settings file may begin with the mark that some editors write")
  void markedFile() throws Exception {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf").resolve("application.properties"),
        "\ufefftollroute.seller = The Shop\n");

    assertThat(run("config").out()).contains("tollroute.seller = The Shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a+b c", "50%20off,#1", "Läden;x=1"})
  @DisplayName(
      "The home folder may have any name: it sells, shows its pages and keeps its ledger there")
  void oddHome(String name) throws Exception {
    Path odd = home.resolve(name);
    for (String part : List.of("routes", "services", "docs")) {
      Folders.furnish(odd, part);
    }
    environment.put("TOLLROUTE_HOST", "127.0.0.1");
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:kept/shop.db");
    try (Application shop =
        Application.create(
            Application.Mode.SANDBOX, odd, environment, new Properties(), Clock.systemUTC())) {
      shop.start();
      HttpResponse<String> page =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + shop.port() + "/docs/errors"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("<a id=\"not_found\"></a>");
    }
    assertThat(odd.resolve("kept/shop.db")).isRegularFile();
  }

  @Test
  @Timeout(200)
  @DisplayName(
      "Started from elsewhere and without a mask, it keeps its ledger at home, for its owner alone")
  void startedFromElsewhere(@TempDir Path elsewhere) throws Exception {
    ProcessBuilder sandbox =
        new ProcessBuilder(
            "sh",
            "-c",
            "umask 000; exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            "io.tollroute.Tollroute",
            "sandbox",
            "--once");
    sandbox.directory(elsewhere.toFile());
    sandbox.environment().putAll(environment);
    sandbox.environment().put("TOLLROUTE_HOME", home.toString());
    Path output = home.resolve("output.txt");
    Process process = sandbox.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
    }

    assertThat(elsewhere).isEmptyDirectory();
    assertThat(permissions("data")).isEqualTo("rwx------");
    assertThat(permissions("data/sandbox.db")).isEqualTo("rw-------");
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private String permissions(String file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file)));
  }

  @Test
  @DisplayName("An unknown command or option is wrong usage, and the help names the commands")
  void usage() {
    assertThat(run("sell").code()).isEqualTo(2);
    assertThat(run("serve", "--port", "1").code()).isEqualTo(2);
    assertThat(run("--help").out()).contains("sandbox", "serve", "services", "buy", "config");
    assertThat(run("--version").out()).startsWith("tollroute ");
  }

  @Test
  @DisplayName("A defect is told in one line")
  void defect() throws Exception {
    Files.createDirectories(home.resolve("conf").resolve("application.properties"));

    Ending ending = run("config");

    assertThat(ending.code()).isEqualTo(1);
    assertThat(ending.lines()).singleElement().asString().startsWith("tollroute config: ");
  }
}
