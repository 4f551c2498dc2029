package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.module.Finding;
import io.tollroute.module.Finding.Result;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsTable;
import io.tollroute.testing.FixedAnswer;
import io.tollroute.testing.Folders;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.ShiftedClock;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says of healthy shops that are open, and of what was planted in one. */
class DoctorIT {

  private static final String PAY_TO = "0x1111111111111111111111111111111111111111";
  private static final String OPERATOR = "an-operator-token-of-ours";

  private static Shop sandbox;
  private static Shop serving;
  private static TokenNode node;

  @TempDir private Path home;

  @BeforeAll
  static void open() throws Exception {
    node = new TokenNode();
    sandbox = Shop.open();
    serving = sandbox.openServing(PAY_TO, Map.of());
    // one of the sources of Alibaba's SDK that a test can fill
    System.setProperty("alibabacloud.accessKeyId", SandboxAccount.ACCESS_KEY_ID);
    System.setProperty("alibabacloud.accessKeyIdSecret", SandboxAccount.ACCESS_KEY_SECRET);
  }

  @AfterAll
  static void close() throws Exception {
    System.clearProperty("alibabacloud.accessKeyId");
    System.clearProperty("alibabacloud.accessKeyIdSecret");
    serving.close();
    sandbox.close();
    node.close();
  }

  /** What the shop that serves was started with, and what a careful operator adds. */
  private Map<String, String> healthy() {
    Settings settings = serving.application().settings();
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of(
            "tollroute.host",
            "tollroute.port",
            "tollroute.management.port",
            "tollroute.public-url",
            "tollroute.x402.network",
            "tollroute.x402.pay-to",
            "tollroute.x402.facilitator.url",
            "tollroute.alibaba.endpoint",
            "tollroute.services")) {
      environment.put(variable(name), settings.text(name));
    }
    environment.put("TOLLROUTE_X402_RPC_URL", node.url());
    environment.put("TOLLROUTE_MANAGEMENT_TOKEN", OPERATOR);
    environment.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + home.resolve("ledger.db"));
    return environment;
  }

  private static String variable(String name) {
    return name.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static List<Finding> examine(Map<String, String> environment) throws Exception {
    return examine(environment, Path.of("").toAbsolutePath(), Clock.systemUTC());
  }

  private static List<Finding> examine(Map<String, String> environment, Path from, Clock clock)
      throws Exception {
    return new Doctor(Application.Mode.SERVE, from, environment, new Properties(), clock).examine();
  }

  /** What is said of this installation and would not be said of the healthy one. */
  private static List<Finding> wrong(List<Finding> findings) {
    return findings.stream()
        .filter(found -> found.result() == Result.FAIL || found.result() == Result.WARN)
        // of the place where tests are run, and said of each
        .filter(found -> !found.found().contains("Base Sepolia"))
        .filter(found -> !found.found().contains("is this machine, so buyers elsewhere"))
        .filter(found -> !found.found().contains("is gone after a restart"))
        .filter(found -> !found.check().equals("disk"))
        .toList();
  }

  private static void says(List<Finding> findings, String check, Result result, String... words) {
    assertThat(wrong(findings))
        .as(() -> String.valueOf(findings))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.check()).isEqualTo(check);
              assertThat(found.result()).isEqualTo(result);
              assertThat(found.found()).contains(words);
              assertThat(found.todo()).isNotEmpty();
            });
    hushes(findings);
  }

  private static void hushes(List<Finding> findings) {
    assertThat(findings.toString())
        .doesNotContain("hush-hush", OPERATOR, SandboxAccount.ACCESS_KEY_SECRET);
  }

  private List<Finding> planted(String... pairs) throws Exception {
    Map<String, String> environment = healthy();
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return examine(environment);
  }

  @Test
  @DisplayName("Of a sandbox that is open nothing is wrong")
  void healthySandbox() throws Exception {
    Settings settings = sandbox.application().settings();
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of(
            "tollroute.port",
            "tollroute.management.port",
            "tollroute.database.url",
            "tollroute.x402.facilitator.url",
            "tollroute.services")) {
      environment.put(variable(name), settings.text(name));
    }

    List<Finding> findings =
        new Doctor(
                Application.Mode.SANDBOX,
                Path.of("").toAbsolutePath(),
                environment,
                new Properties(),
                Clock.systemUTC())
            .examine();

    assertThat(wrong(findings)).isEmpty();
    assertThat(findings)
        .filteredOn(found -> found.result() == Result.OK)
        .extracting(Finding::check)
        .contains(
            "settings",
            "unwise settings",
            "routes",
            "services",
            "start",
            "alibaba",
            "facilitator",
            "facilitator terms",
            "clock",
            "public address");
    assertThat(findings)
        .filteredOn(found -> found.check().equals("database"))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.result()).isEqualTo(Result.SKIP);
              assertThat(found.found()).contains("open in another process");
            });
  }

  @Test
  @DisplayName("Of a shop for real money nothing is wrong, and its books are not made by looking")
  void healthyServe() throws Exception {
    List<Finding> findings = planted();

    assertThat(wrong(findings)).isEmpty();
    assertThat(findings)
        .extracting(Finding::check)
        .contains("chain node", "asset", "database", "start", "open shop", "public address");
    assertThat(findings).noneMatch(found -> found.result() == Result.SKIP);
    assertThat(home.resolve("ledger.db")).doesNotExist();
    hushes(findings);
  }

  @Test
  @DisplayName("The books that a shop has are of this release's version, and stay as they are")
  void books() throws Exception {
    Path file = home.resolve("ledger.db");
    new LedgerDatabase("jdbc:sqlite:" + file).open().close();
    byte[] before = Files.readAllBytes(file);

    List<Finding> findings = planted();

    assertThat(wrong(findings)).isEmpty();
    assertThat(findings)
        .filteredOn(found -> found.check().equals("schema"))
        .singleElement()
        .extracting(Finding::result)
        .isEqualTo(Result.OK);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(home).isDirectoryNotContaining(each -> !each.equals(file));
  }

  @Nested
  @DisplayName("Planted in the settings")
  class InSettings {

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
      "TOLLROUTE_X402_PAY_TO, 0x5E11e20000000000000000000000000000402402, is the sandbox's",
      "TOLLROUTE_X402_PAY_TO, 0x0000000000000000000000000000000000000000, zero address",
      "TOLLROUTE_X402_PAYTO, 0x1, did you mean",
      "TOLLROUTE_PORT, eighty, is not of type port",
      "TOLLROUTE_X402_MAX_TIMEOUT_SECONDS, 30, must be more than",
      "TOLLROUTE_X402_FACILITATOR_AUTH, bearer, auth bearer needs it",
      "TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT, 200, must be less than",
      "TOLLROUTE_DATABASE_URL, jdbc:oracle:x, must be jdbc:sqlite:",
      "TOLLROUTE_ROUTES, nowhere, is not a folder"
    })
    @DisplayName("what stops a start is told in the line that the start would end with")
    void wrongSetting(String name, String value, String words) throws Exception {
      List<Finding> findings = planted(name, value);

      assertThat(findings)
          .anySatisfy(
              found -> {
                assertThat(found.check()).isIn("settings", "routes");
                assertThat(found.result()).isEqualTo(Result.FAIL);
                assertThat(found.found()).contains(words);
                assertThat(found.todo()).isNotEmpty();
              });
      hushes(findings);
    }

    @Test
    @DisplayName("what is missing is told, all of it")
    void missing() throws Exception {
      Map<String, String> environment = healthy();
      environment.remove("TOLLROUTE_X402_PAY_TO");
      environment.remove("TOLLROUTE_X402_FACILITATOR_URL");

      List<Finding> findings = examine(environment);

      assertThat(findings)
          .filteredOn(found -> found.check().equals("public address"))
          .singleElement()
          .extracting(Finding::result)
          .isEqualTo(Result.SKIP);
      assertThat(findings)
          .filteredOn(found -> found.check().equals("settings"))
          .extracting(Finding::found)
          .anyMatch(line -> line.startsWith("tollroute.x402.pay-to: "))
          .anyMatch(line -> line.startsWith("tollroute.x402.facilitator.url: "));
    }

    @Test
    @DisplayName("a key for the books that is none is found by putting all together")
    void ledgerKey() throws Exception {
      says(
          planted("TOLLROUTE_LEDGER_KEY", "bm90IDMyIGJ5dGVz"),
          "start",
          Result.FAIL,
          "tollroute.ledger.key");
    }

    @Test
    @DisplayName("secrets in a file that others may read are told of by their names")
    void secretsInFile() throws Exception {
      Folders.furnish(home, "routes", "docs");
      Path file = Files.createDirectories(home.resolve("conf")).resolve("application.properties");
      Files.writeString(file, "tollroute.management.token=" + OPERATOR + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      Map<String, String> environment = healthy();
      environment.remove("TOLLROUTE_MANAGEMENT_TOKEN");

      List<Finding> findings = examine(environment, home, Clock.systemUTC());

      assertThat(findings)
          .filteredOn(found -> found.result() == Result.WARN)
          .anyMatch(found -> found.found().contains("tollroute.management.token"));
      hushes(findings);
    }
  }

  @Nested
  @DisplayName("Legal and unwise")
  class Unwise {

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
      "TOLLROUTE_LIMITS, off, tollroute.limits=off",
      "TOLLROUTE_LIMITS_ALONE_UNTIL_PAID, off, tollroute.limits.alone-until-paid=off",
      "TOLLROUTE_BREAKER, off, tollroute.breaker=off",
      "TOLLROUTE_HTTP_TRUSTED_PROXIES, 0.0.0.0/0, tollroute.http.trusted-proxies",
      "TOLLROUTE_HTTP_TRUSTED_PROXIES, *.*.*.*, tollroute.http.trusted-proxies",
      "TOLLROUTE_MCP_ORIGINS, *, tollroute.mcp.origins=*",
      "TOLLROUTE_X402_SETTLE, first, tollroute.x402.settle=first",
      "TOLLROUTE_ALIBABA_SIGNATURE, v1, tollroute.alibaba.signature=v1",
      "TOLLROUTE_KEEP_ANSWER_SECONDS, 5000000, tollroute.keep-answer-seconds",
      "TOLLROUTE_DRAIN_SECONDS, 0, tollroute.drain-seconds=0",
      "TOLLROUTE_RECONCILE_MS, 86400000, tollroute.reconcile-ms",
      "TOLLROUTE_ALARM_UNDECIDED_SECONDS, 172800, tollroute.alarm.undecided-seconds",
      "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS, 100, tollroute.x402.facilitator.timeout-seconds",
      "TOLLROUTE_MANAGEMENT_TOKEN, '', tollroute.management.token is not set",
      "TOLLROUTE_X402_NETWORK, eip155:84532, Base Sepolia",
      "TOLLROUTE_X402_PAY_TO, 0x833589fcd6edb6e08f4c7c32d4f71b54bda02914, without the checksum",
      "TOLLROUTE_DATABASE_URL, jdbc:sqlite:/tmp/ledger.db, is gone after a restart",
      "TOLLROUTE_PUBLIC_URL, http://api.example.com, is http"
    })
    @DisplayName("is a warning that names the setting")
    void warned(String variable, String value, String words) throws Exception {
      assertThat(unwise("TOLLROUTE_MANAGEMENT_TOKEN", OPERATOR)).isEmpty();

      assertThat(
              unwise("TOLLROUTE_MANAGEMENT_TOKEN", OPERATOR, variable, value).stream()
                  .map(Finding::found))
          .singleElement()
          .asString()
          .contains(words);
    }

    private List<Finding> unwise(String... pairs) throws Exception {
      Map<String, String> environment = new HashMap<>();
      environment.put("TOLLROUTE_X402_PAY_TO", PAY_TO);
      environment.put("TOLLROUTE_PUBLIC_URL", "https://api.example.com");
      for (int i = 0; i < pairs.length; i += 2) {
        environment.put(pairs[i], pairs[i + 1]);
      }
      Settings settings =
          Settings.resolve(
              SettingsTable.read(),
              Path.of("/opt/tollroute"),
              false,
              environment,
              new Properties(),
              new Properties());
      return new UnwiseSettings(settings, true, "", Path.of("/nowhere"))
          .look().stream().filter(found -> found.result() == Result.WARN).toList();
    }
  }

  @Nested
  @DisplayName("Planted in routes and services")
  class InFiles {

    private List<Finding> at(Path from) throws Exception {
      Map<String, String> environment = healthy();
      environment.remove("TOLLROUTE_SERVICES");
      return examine(environment, from, Clock.systemUTC());
    }

    private void furnish() throws Exception {
      Folders.furnish(home, "routes", "services", "docs");
    }

    @Test
    @DisplayName("a shipped route file that is missing is named")
    void missingRoute() throws Exception {
      furnish();
      Files.delete(home.resolve("routes/reconcile.camel.yaml"));

      assertThat(wrong(at(home)))
          .isNotEmpty()
          .allSatisfy(found -> assertThat(found.check()).isEqualTo("routes"))
          .anyMatch(found -> found.found().contains("reconcile.camel.yaml"));
    }

    @Test
    @DisplayName("a route that calls nobody is named with file and line")
    void deadEnd() throws Exception {
      furnish();
      Path mine = home.resolve("routes/mine.camel.yaml");
      Files.writeString(
          mine,
          "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n"
              + "        - to:\n            uri: direct:nobody\n");

      says(at(home), "routes", Result.FAIL, mine + ":7: ", "direct:nobody");
    }

    @Test
    @DisplayName("an object that nobody made is found by putting all together")
    void unknownBean() throws Exception {
      furnish();
      Path mine = home.resolve("routes/mine.camel.yaml");
      Files.writeString(
          mine,
          "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n"
              + "        - process:\n            ref: nobody\n");

      says(at(home), "start", Result.FAIL, mine + ":7: ", "nobody");
    }

    @Test
    @DisplayName("a service whose provider nobody serves is named with file and line")
    void unknownProvider() throws Exception {
      furnish();
      Path file = home.resolve("services/facebody/masked-face-comparison.yaml");
      Files.writeString(
          file, Files.readString(file).replace("direct:alibaba-rpc", "direct:alibaba-rcp"));

      says(at(home), "services", Result.FAIL, file + ":", "direct:alibaba-rcp");
    }
  }

  @Nested
  @DisplayName("Planted at the facilitator")
  class AtFacilitator {

    private static final String URL = "TOLLROUTE_X402_FACILITATOR_URL";

    @Test
    @DisplayName("nobody listens")
    void away() throws Exception {
      List<Finding> findings = planted(URL, "http://127.0.0.1:1/hush-hush");
      says(findings, "facilitator", Result.FAIL, "http://127.0.0.1:1", "nobody listens there");
      assertThat(findings)
          .filteredOn(found -> List.of("facilitator terms", "clock").contains(found.check()))
          .extracting(Finding::result)
          .containsExactly(Result.SKIP, Result.SKIP);
    }

    @ParameterizedTest(name = "it answers {0}")
    @CsvSource({
      "401, {}, refuses us (401)",
      "404, nothing, is no facilitator",
      "200, <html>, is no facilitator",
      "503, {}, answers 503"
    })
    @DisplayName("an answer that is of no use")
    void useless(int status, String body, String words) throws Exception {
      try (FixedAnswer other = new FixedAnswer(status, body, Map.of())) {
        says(planted(URL, other.url()), "facilitator", Result.FAIL, words);
      }
    }

    @Test
    @DisplayName("an address that sends on to another")
    void elsewhere() throws Exception {
      try (FixedAnswer other =
          new FixedAnswer(308, "", Map.of("Location", "https://f.example/supported?k=hush-hush"))) {
        says(planted(URL, other.url()), "facilitator", Result.FAIL, "https://f.example");
      }
    }

    @Test
    @DisplayName("another network than ours")
    void otherNetwork() throws Exception {
      String kinds =
          "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:8453\"}]}";
      try (FixedAnswer other = new FixedAnswer(200, kinds, Map.of())) {
        says(
            planted(URL, other.url()),
            "facilitator terms",
            Result.FAIL,
            SandboxChain.NETWORK,
            "eip155:8453");
      }
    }

    @ParameterizedTest(name = "{0} s")
    @CsvSource({"40, WARN, ahead of", "-40, WARN, behind", "100, FAIL, too old or too new"})
    @DisplayName("a clock that is wrong, by its Date")
    void clock(long seconds, Result result, String words) throws Exception {
      ShiftedClock clock = new ShiftedClock(Clock.systemUTC());
      clock.advance(Duration.ofSeconds(seconds));

      says(examine(healthy(), Path.of("").toAbsolutePath(), clock), "clock", result, words);
    }
  }

  @Nested
  @DisplayName("Planted at the chain")
  class AtChain {

    private List<Finding> with(TokenNode other) throws Exception {
      try (other) {
        return planted("TOLLROUTE_X402_RPC_URL", other.url());
      }
    }

    @Test
    @DisplayName("no node is a warning")
    void none() throws Exception {
      says(planted("TOLLROUTE_X402_RPC_URL", ""), "chain node", Result.WARN, "is not set");
    }

    @Test
    @DisplayName("a node of another chain")
    void otherChain() throws Exception {
      says(
          with(new TokenNode().ofChain(8453)),
          "chain node",
          Result.FAIL,
          "eip155:8453",
          SandboxChain.NETWORK);
    }

    @Test
    @DisplayName("a node that is away")
    void away() throws Exception {
      says(
          planted("TOLLROUTE_X402_RPC_URL", "http://127.0.0.1:1/v3/hush-hush"),
          "chain node",
          Result.FAIL,
          "nobody listens there");
    }

    @Test
    @DisplayName("a token that signs with another name")
    void otherName() throws Exception {
      says(with(new TokenNode().named("USD Coin")), "asset", Result.FAIL, "'USDC'", "'USD Coin'");
    }

    @Test
    @DisplayName("a token with another name that does not tell its domain")
    void otherNameWithoutDomain() throws Exception {
      says(
          with(new TokenNode().named("USD Coin").withoutSeparator()),
          "asset",
          Result.FAIL,
          "'USD Coin'");
      assertThat(wrong(with(new TokenNode().withoutSeparator()))).isEmpty();
    }

    @Test
    @DisplayName("a token with other decimals")
    void otherDecimals() throws Exception {
      says(with(new TokenNode().withDecimals(18)), "asset", Result.FAIL, "18 decimals");
    }

    @Test
    @DisplayName("an address at which there is no token")
    void noContract() throws Exception {
      says(with(new TokenNode().withoutContract()), "asset", Result.FAIL, SandboxChain.ASSET);
    }
  }

  @Nested
  @DisplayName("Planted at the provider")
  class AtProvider {

    @Test
    @DisplayName("a key that Alibaba Cloud does not know")
    void unknownKey() throws Exception {
      System.setProperty("alibabacloud.accessKeyId", "nobodys-key");
      try {
        says(planted(), "alibaba", Result.FAIL, "InvalidAccessKeyId.NotFound");
      } finally {
        System.setProperty("alibabacloud.accessKeyId", SandboxAccount.ACCESS_KEY_ID);
      }
    }

    @Test
    @DisplayName("a secret that is not the key's")
    void wrongSecret() throws Exception {
      System.setProperty("alibabacloud.accessKeyIdSecret", "hush-hush");
      try {
        says(planted(), "alibaba", Result.FAIL, "SignatureDoesNotMatch");
      } finally {
        System.setProperty("alibabacloud.accessKeyIdSecret", SandboxAccount.ACCESS_KEY_SECRET);
      }
    }

    @Test
    @DisplayName("an endpoint at which nobody is")
    void away() throws Exception {
      says(
          planted("TOLLROUTE_ALIBABA_ENDPOINT", "http://127.0.0.1:1"),
          "alibaba",
          Result.FAIL,
          "nobody listens there");
    }

    @Test
    @DisplayName("what may cost something is not called: the stand-in has done no work")
    void free() throws Exception {
      int before = sandbox.upstreamCalls();

      assertThat(planted())
          .anyMatch(found -> found.check().equals("alibaba") && found.result() == Result.OK);

      assertThat(sandbox.books().path("settled").asInt()).isZero();
      assertThat(sandbox.upstreamCalls() - before).isLessThanOrEqualTo(1);
    }
  }

  @Nested
  @DisplayName("Planted at the books")
  class AtBooks {

    private static final String URL = "TOLLROUTE_DATABASE_URL";

    @Test
    @DisplayName("a file that is no database")
    void noDatabase() throws Exception {
      Path file = Files.writeString(home.resolve("ledger.db"), "hello ".repeat(1000));

      says(planted(URL, "jdbc:sqlite:" + file), "database", Result.FAIL, file.toString());
    }

    @Test
    @DisplayName("a folder")
    void folder() throws Exception {
      says(planted(URL, "jdbc:sqlite:" + home), "database", Result.FAIL, "is a folder");
    }

    @Test
    @DisplayName("a file that cannot be made")
    void impossible() throws Exception {
      says(
          planted(URL, "jdbc:sqlite:/dev/null/ledger.db"),
          "database",
          Result.FAIL,
          "cannot be made");
    }

    @Test
    @DisplayName("books of a newer release")
    void newer() throws Exception {
      String url = "jdbc:sqlite:" + home.resolve("ledger.db");
      try (Connection connection = new LedgerDatabase(url).open();
          var statement = connection.createStatement()) {
        statement.execute(
            "INSERT INTO flyway_schema_history SELECT installed_rank + 1000, '999', 'later', type,"
                + " 'V999__later.sql', checksum, installed_by, installed_on, execution_time, success"
                + " FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1");
      }

      says(planted(URL, url), "schema", Result.WARN, "999");
    }

    @Test
    @DisplayName("a server at which nobody is")
    void serverAway() throws Exception {
      List<Finding> findings =
          planted(
              URL,
              "jdbc:postgresql://127.0.0.1:1/shop?sslmode=disable",
              "TOLLROUTE_DATABASE_USERNAME",
              "shop",
              "TOLLROUTE_LEDGER_KEY",
              "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");

      says(findings, "database", Result.FAIL, "cannot be reached");
    }

    @ParameterizedTest(name = "{0} MiB")
    @CsvSource({"4, FAIL", "100, WARN", "100000, OK"})
    @DisplayName("a disk with hardly any room")
    void disk(long mebibytes, Result result) throws Exception {
      Settings settings =
          Settings.resolve(
              SettingsTable.read(), home, false, healthy(), new Properties(), new Properties());

      List<Finding> findings = new DiskCheck(settings, home, folder -> mebibytes << 20).look();

      assertThat(findings.get(0).result()).isEqualTo(result);
      assertThat(findings.get(0).found()).contains(mebibytes + " MiB");
    }
  }

  @Nested
  @DisplayName("Planted at the public address")
  class AtPublicAddress {

    private static final String URL = "TOLLROUTE_PUBLIC_URL";

    @Test
    @DisplayName("a shop that asks for money for somebody else")
    void otherReceiver() throws Exception {
      says(
          planted("TOLLROUTE_X402_PAY_TO", PAY_TO.replace('1', '2')),
          "public address",
          Result.FAIL,
          PAY_TO);
    }

    @Test
    @DisplayName("somebody who is no shop")
    void somebodyElse() throws Exception {
      try (FixedAnswer other = new FixedAnswer(200, "<html>welcome", Map.of())) {
        says(planted(URL, other.url()), "public address", Result.FAIL, "answers 200");
      }
    }

    @Test
    @DisplayName("a proxy that keeps the terms for itself")
    void withoutHeader() throws Exception {
      try (FixedAnswer other = new FixedAnswer(402, "{\"error\":\"payment_required\"}", Map.of())) {
        says(planted(URL, other.url()), "public address", Result.FAIL, "PAYMENT-REQUIRED");
      }
    }

    @Test
    @DisplayName("an address that sends on to another")
    void elsewhere() throws Exception {
      try (FixedAnswer other =
          new FixedAnswer(301, "", Map.of("Location", "https://www.example.com/"))) {
        says(planted(URL, other.url()), "public address", Result.FAIL, "https://www.example.com");
      }
    }

    @Test
    @DisplayName("nobody, though the shop is open")
    void nobody() throws Exception {
      says(
          planted(URL, "http://127.0.0.1:1"),
          "public address",
          Result.FAIL,
          "nobody listens there",
          "though the shop is open");
    }

    @Test
    @DisplayName("a shop that is not open is no fault: it cannot be seen from outside yet")
    void closed() throws Exception {
      FreePorts ports = FreePorts.draw();
      Map<String, String> environment = healthy();
      environment.putAll(ports.settings());
      environment.put(URL, "http://127.0.0.1:" + ports.port());

      List<Finding> findings = examine(environment);

      assertThat(wrong(findings)).isEmpty();
      assertThat(findings)
          .filteredOn(found -> List.of("public address", "open shop").contains(found.check()))
          .hasSize(2)
          .allMatch(found -> found.result() == Result.SKIP);
    }

    @Test
    @DisplayName("a shop that is open and not ready says why")
    void unready() throws Exception {
      String report =
          "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"ledger\",\"status\":\"DOWN\","
              + "\"message\":\"the disk is full\"}]}";
      try (FixedAnswer other = new FixedAnswer(503, report, Map.of())) {
        says(
            planted(
                "TOLLROUTE_MANAGEMENT_PORT",
                other.url().substring(other.url().lastIndexOf(':') + 1)),
            "open shop",
            Result.FAIL,
            "ledger the disk is full");
      }
    }

    @ParameterizedTest
    @CsvSource({
      "http://localhost:8080, true",
      "http://10.1.2.3, true",
      "http://shop.internal, true",
      "https://api.example.com, false"
    })
    @DisplayName("an address that buyers elsewhere cannot come to is told from others")
    void secluded(String url, boolean secluded) {
      assertThat(PublicUrlRules.seclusion(url).isPresent()).isEqualTo(secluded);
    }
  }
}
