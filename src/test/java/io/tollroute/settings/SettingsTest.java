package io.tollroute.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final Path HOME = Path.of("/opt/tollroute");

  private static Properties properties(String... pairs) {
    Properties properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.setProperty(pairs[i], pairs[i + 1]);
    }
    return properties;
  }

  private static Settings resolve(
      Map<String, String> environment, Properties system, Properties file) throws Exception {
    return Settings.resolve(SettingsTable.read(), HOME, false, environment, system, file);
  }

  private static Settings resolve(Map<String, String> environment) throws Exception {
    return resolve(environment, properties(), properties());
  }

  @Test
  @DisplayName(
      "The variable wins over the system property, that over the file, that over the default")
  void precedence() throws Exception {
    Properties system = properties("tollroute.port", "2");
    Properties file = properties("tollroute.port", "3");

    Settings all = resolve(Map.of("TOLLROUTE_PORT", "1"), system, file);
    assertThat(all.text("tollroute.port")).isEqualTo("1");
    assertThat(all.source("tollroute.port")).isEqualTo("environment TOLLROUTE_PORT");
    Settings noVariable = resolve(Map.of(), system, file);
    assertThat(noVariable.whole("tollroute.port")).isEqualTo(2);
    assertThat(noVariable.source("tollroute.port")).isEqualTo("system property");
    Settings onlyFile = resolve(Map.of(), properties(), file);
    assertThat(onlyFile.whole("tollroute.port")).isEqualTo(3);
    assertThat(onlyFile.source("tollroute.port")).isEqualTo("properties file");
    Settings none = resolve(Map.of());
    assertThat(none.whole("tollroute.port")).isEqualTo(8080);
    assertThat(none.source("tollroute.port")).isEqualTo("default");
  }

  @Test
  @DisplayName("The sandbox has defaults of its own where the table says so")
  void sandboxDefaults() throws Exception {
    Settings sandbox =
        Settings.resolve(SettingsTable.read(), HOME, true, Map.of(), properties(), properties());

    assertThat(sandbox.text("tollroute.host")).isEqualTo("127.0.0.1");
    assertThat(resolve(Map.of()).text("tollroute.host")).isEqualTo("0.0.0.0");
    assertThat(sandbox.text("tollroute.x402.network")).isEqualTo("eip155:84532");
    assertThat(resolve(Map.of()).optional("tollroute.x402.pay-to")).isEmpty();
  }

  @Test
  @DisplayName("A default follows the settings it names; what an operator writes is taken as it is")
  void references() throws Exception {
    Settings moved = resolve(Map.of("TOLLROUTE_PORT", "1234"));
    assertThat(moved.text("tollroute.public-url")).isEqualTo("http://localhost:1234");

    Settings literal =
        resolve(Map.of("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:{tollroute.database.url}"));
    assertThat(literal.text("tollroute.database.url"))
        .isEqualTo("jdbc:sqlite:{tollroute.database.url}");
  }

  @Test
  @DisplayName("Relative folders stand in the home folder")
  void paths() throws Exception {
    assertThat(resolve(Map.of()).path("tollroute.routes")).isEqualTo(HOME.resolve("routes"));
    Settings elsewhere = resolve(Map.of("TOLLROUTE_ROUTES", "/etc/tollroute/./routes"));
    assertThat(elsewhere.path("tollroute.routes")).isEqualTo(Path.of("/etc/tollroute/routes"));
    assertThat(elsewhere.properties().getProperty("tollroute.routes"))
        .isEqualTo("/etc/tollroute/routes");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "tollroute.x402.payto, tollroute.x402.pay-to",
    "tollroute.prot, tollroute.port",
    "tollroute.databse.url, tollroute.database.url",
    "tollroute.x402.facilitator.URL, tollroute.x402.facilitator.url"
  })
  @DisplayName("A property that is no setting is refused, with the nearest name there is")
  void unknownProperty(String written, String nearest) {
    for (boolean fromFile : new boolean[] {true, false}) {
      Properties given = properties(written, "x");
      assertThatThrownBy(
              () ->
                  resolve(
                      Map.of(), fromFile ? properties() : given, fromFile ? given : properties()))
          .isInstanceOf(SettingsFault.class)
          .hasMessage(written + ": there is no such setting; did you mean " + nearest + "?");
    }
  }

  @Test
  @DisplayName("A variable that is no setting is refused, and the launcher's own are not")
  void unknownVariable() throws Exception {
    assertThatThrownBy(() -> resolve(Map.of("TOLLROUTE_X402_PAYTO", "0x")))
        .isInstanceOf(SettingsFault.class)
        .hasMessage(
            "TOLLROUTE_X402_PAYTO: there is no such setting; did you mean tollroute.x402.pay-to?");

    resolve(Map.of("TOLLROUTE_HOME", "/x", "TOLLROUTE_JAVA_OPTS", "", "OTHER", "y"));
    resolve(
        Map.of(), properties("tollroute.log", "debug", "tollroute.terminal", "true"), properties());
  }

  @Test
  @DisplayName("Every fault is told, each in a line of its own")
  void allFaults() {
    assertThatThrownBy(
            () ->
                resolve(
                    Map.of(
                        "TOLLROUTE_PORT", "http",
                        "TOLLROUTE_X402_PAY_TO", "0x12",
                        "TOLLROUTE_NOTHING", "1")))
        .isInstanceOf(SettingsFault.class)
        .satisfies(
            fault ->
                assertThat(fault.getMessage().lines())
                    .hasSize(3)
                    .anyMatch(line -> line.startsWith("TOLLROUTE_NOTHING:"))
                    .anyMatch(line -> line.startsWith("tollroute.port:"))
                    .anyMatch(line -> line.startsWith("tollroute.x402.pay-to:")));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = ' ',
      value = {
        "TOLLROUTE_PORT 65536",
        "TOLLROUTE_PORT -1",
        "TOLLROUTE_PORT 80a",
        "TOLLROUTE_PORT ''",
        "TOLLROUTE_HTTP_WORKERS 1.5",
        "TOLLROUTE_HTTP_WORKERS 9999999999",
        "TOLLROUTE_HTTP_WORKERS ''",
        "TOLLROUTE_PUBLIC_URL localhost:8080",
        "TOLLROUTE_PUBLIC_URL ftp://a.example.com",
        "TOLLROUTE_PUBLIC_URL http://",
        "TOLLROUTE_PUBLIC_URL 'http://a b'",
        "TOLLROUTE_X402_PAY_TO 5E11e20000000000000000000000000000402402",
        "TOLLROUTE_X402_PAY_TO 0x5E11e2000000000000000000000000000040240",
        "TOLLROUTE_X402_PAY_TO alice.eth",
        "TOLLROUTE_X402_FACILITATOR_AUTH basic",
        "TOLLROUTE_X402_FACILITATOR_AUTH ''",
        "TOLLROUTE_LIMITS yes",
        "TOLLROUTE_ALIBABA_CALLS_PER_SECOND 0",
        "TOLLROUTE_ALIBABA_CALLS_PER_SECOND 0.00",
        "TOLLROUTE_ALIBABA_CALLS_PER_SECOND -2",
        "TOLLROUTE_ALIBABA_CALLS_PER_SECOND 1e3",
        "TOLLROUTE_SERVICES ''",
        "TOLLROUTE_LIMITS_CALLS_IN_FLIGHT 0",
        "TOLLROUTE_LIMITS_PAYMENTS_PER_MINUTE 0",
        "TOLLROUTE_LIMITS_UNPAID_PER_SECOND 0",
        "TOLLROUTE_RECONCILE_MS 0",
        "TOLLROUTE_RECONCILE_MS -5000",
        "TOLLROUTE_RECONCILE_MS 999999999",
        "TOLLROUTE_SERVICES_POLL_MS 0",
        "TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS 0",
        "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS 0",
        "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS 100000",
        "TOLLROUTE_ALIBABA_TIMEOUT_SECONDS 0",
        "TOLLROUTE_ALIBABA_CREDENTIALS_REFRESH_MS 0",
        "TOLLROUTE_X402_PENDING_DELAY_MS 0",
        "TOLLROUTE_X402_PENDING_SENDS 0",
        "TOLLROUTE_HTTP_WORKERS 0",
        "TOLLROUTE_HTTP_WORKERS 1000000",
        "TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT 0",
        "TOLLROUTE_HTTP_MAX_HEADER_BYTES 10",
        "TOLLROUTE_HTTP_IDLE_SECONDS 0",
        "TOLLROUTE_DATABASE_CONNECTIONS 0",
        "TOLLROUTE_KEEP_ANSWER_SECONDS 0",
        "TOLLROUTE_PAYMENTS_PENDING_SECONDS 0",
        "TOLLROUTE_PAYMENTS_VALID_DAYS 0",
        "TOLLROUTE_PAYMENTS_VALID_DAYS 99999999",
        "TOLLROUTE_PAYMENTS_MAX_CALLS 0",
        "TOLLROUTE_MCP_PAGE_SIZE 0",
        "TOLLROUTE_ALARM_UNDECIDED_SECONDS 0",
        "TOLLROUTE_X402_ASSET_DECIMALS 400"
      })
  @DisplayName("A value that is not of its setting's type is refused by name")
  void types(String variable, String value) throws Exception {
    String name =
        SettingsTable.read().all().stream()
            .filter(setting -> setting.variable().equals(variable))
            .map(Setting::name)
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> resolve(Map.of(variable, value)))
        .isInstanceOf(SettingsFault.class)
        .satisfies(
            fault ->
                assertThat(fault.getMessage().lines())
                    .singleElement()
                    .asString()
                    .startsWith(name + ": "));
  }

  @ParameterizedTest
  @CsvSource({
    "TOLLROUTE_X402_PAY_TO, 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAec",
    "TOLLROUTE_X402_PAY_TO, 0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "TOLLROUTE_X402_ASSET, 0x833589FCD6EDB6E08F4C7C32D4F71B54BDA02913a",
    "TOLLROUTE_X402_ASSET, 0x833589fcd6eDb6E08f4c7C32D4f71b54bdA02913",
    "TOLLROUTE_X402_ASSET, 0X833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
  })
  @DisplayName("An address with a wrong checksum, or that is none, stops the start in one line")
  void mistypedAddress(String variable, String address) {
    assertThatThrownBy(() -> resolve(Map.of(variable, address)))
        .isInstanceOf(SettingsFault.class)
        .satisfies(fault -> assertThat(fault.getMessage().lines()).hasSize(1));
  }

  @Test
  @DisplayName("The line about a mistyped address spells its digits right")
  void mistypedAddressSpelled() throws Exception {
    assertThatThrownBy(
            () ->
                resolve(
                    Map.of("TOLLROUTE_X402_PAY_TO", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")))
        .hasMessageStartingWith("tollroute.x402.pay-to: ")
        .hasMessageContaining("EIP-55")
        .hasMessageContaining("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

    resolve(Map.of("TOLLROUTE_X402_PAY_TO", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
    resolve(Map.of("TOLLROUTE_X402_PAY_TO", "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"));
  }

  @Test
  @DisplayName("Values of every type are read as what they are")
  void goodValues() throws Exception {
    Settings settings =
        resolve(
            Map.of(
                "TOLLROUTE_PORT", " 8081 ",
                "TOLLROUTE_PUBLIC_URL", "https://api.example.com/shop",
                "TOLLROUTE_ALIBABA_CALLS_PER_SECOND", "0.5",
                "TOLLROUTE_LIMITS", "off",
                "TOLLROUTE_X402_PAY_TO", "0x1111111111111111111111111111111111111111"));

    assertThat(settings.whole("tollroute.port")).isEqualTo(8081);
    assertThat(settings.text("tollroute.public-url")).isEqualTo("https://api.example.com/shop");
    assertThat(settings.decimal("tollroute.alibaba.calls-per-second")).isEqualTo(0.5);
    assertThat(settings.text("tollroute.limits")).isEqualTo("off");
    assertThat(settings.optional("tollroute.x402.pay-to"))
        .contains("0x1111111111111111111111111111111111111111");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", " ", "\t", "\u00a0", "\ufeff", "\u200b", " \r\n\n"})
  @DisplayName(
      "What a mounted file leaves at the end of a value, and most of all a secret, is not a part")
  void lineEnds(String end) throws Exception {
    for (Setting setting : SettingsTable.read().all()) {
      if (setting.secret()) {
        assertThat(resolve(Map.of(setting.variable(), "s3cret" + end)).text(setting.name()))
            .isEqualTo("s3cret");
        assertThat(
                resolve(Map.of(), properties(), properties(setting.name(), end + "s3cret" + end))
                    .text(setting.name()))
            .isEqualTo("s3cret");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://f.example.com/x402/, https://f.example.com/x402",
    "https://f.example.com/x402///, https://f.example.com/x402",
    "https://f.example.com/, https://f.example.com",
    "https://f.example.com, https://f.example.com",
    "https://f.example.com/list/?page=1/, https://f.example.com/list?page=1/"
  })
  @DisplayName("Slashes at the end of a base URL do not count")
  void slashes(String written, String read) throws Exception {
    for (Setting setting : SettingsTable.read().all()) {
      if (setting.type().equals("base-url")) {
        assertThat(resolve(Map.of(setting.variable(), written)).text(setting.name()))
            .isEqualTo(read);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"debg", "", "off", "fatal", "all", "warning", "5"})
  @DisplayName("A level that the log does not know, or that silences alerts, stops the start")
  void logLevel(String level) throws Exception {
    assertThatThrownBy(() -> resolve(Map.of(), properties("tollroute.log", level), properties()))
        .isInstanceOf(SettingsFault.class)
        .hasMessageStartingWith("tollroute.log: must be one of trace, debug, info, warn, error");

    resolve(Map.of(), properties("tollroute.log", "WARN"), properties());
  }

  @Test
  @DisplayName("A log level in the file, where it would have no effect, is refused with its place")
  void logLevelInFile() {
    assertThatThrownBy(() -> resolve(Map.of(), properties(), properties("tollroute.log", "debug")))
        .hasMessageContaining("write tollroute.log.level there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debg", "off", "fatal", "all", "WARN", "5"})
  @DisplayName("The same goes for the setting of the level, wherever it stands")
  void logLevelSetting(String level) throws Exception {
    assertThatThrownBy(
            () -> resolve(Map.of("TOLLROUTE_LOG_LEVEL", level), properties(), properties()))
        .isInstanceOf(SettingsFault.class)
        .hasMessage(
            "tollroute.log.level: '" + level + "' is not of type trace|debug|info|warn|error");

    resolve(Map.of(), properties(), properties("tollroute.log.level", "warn"));
  }

  @Test
  @DisplayName("Of a URL no more is shown than where it leads, and of its faults nothing")
  void shownUrls() throws Exception {
    for (Setting setting : SettingsTable.read().all()) {
      if (List.of("url", "base-url").contains(setting.type())) {
        Settings settings =
            resolve(
                Map.of(
                    setting.variable(),
                    "https://me:hush@node.example.com:8443/v3/hush?k=hush#hush"));
        assertThat(settings.shown(setting)).isEqualTo("https://node.example.com:8443/\u2026");
        assertThatThrownBy(() -> resolve(Map.of(setting.variable(), "htps://node/v3/hush")))
            .hasMessageStartingWith(setting.name() + ": ")
            .message()
            .doesNotContain("hush");
      }
    }
  }

  @Test
  @DisplayName("A relative ledger stands in the home folder, an absolute one where it says")
  void ledger() throws Exception {
    assertThat(resolve(Map.of()).databaseUrl())
        .isEqualTo("jdbc:sqlite:" + HOME.resolve("data/tollroute.db"));
    assertThat(resolve(Map.of("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:/var/x.db")).databaseUrl())
        .isEqualTo("jdbc:sqlite:/var/x.db");
    assertThat(resolve(Map.of("TOLLROUTE_DATABASE_URL", "jdbc:postgresql://db/shop")).databaseUrl())
        .isEqualTo("jdbc:postgresql://db/shop");
  }

  @Test
  @DisplayName("Every default is of its setting's type, in both modes")
  void defaults() throws Exception {
    assertThat(SettingsTable.read().all()).hasSizeGreaterThan(30);
    for (Setting setting : SettingsTable.read().all()) {
      for (boolean sandbox : new boolean[] {true, false}) {
        String usual =
            setting
                .usual(sandbox)
                .replace("{tollroute.port}", "8080")
                .replace("{tollroute.public-url}", "https://shop.example");
        if (!usual.isEmpty()) {
          Settings settings = resolve(Map.of(setting.variable(), usual));
          assertThat(settings.text(setting.name())).isEqualTo(usual);
        }
      }
    }
  }

  @Test
  @DisplayName("docs/settings.md has a row for every setting, as the table has it")
  void documented() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("docs", "settings.md")).stream()
            .filter(line -> line.startsWith("| `tollroute."))
            .toList();

    assertThat(rows).isEqualTo(SettingsTable.read().all().stream().map(SettingsTest::row).toList());
  }

  private static String row(Setting setting) {
    String sandbox = setting.sandbox().equals(setting.usual()) ? "" : code(setting.sandbox());
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            setting.name(),
            setting.type().replace("|", ", ")
                + (setting.isNumber() && setting.bounds().areSaid() ? " " + setting.bounds() : ""),
            setting.usual().isEmpty() ? "none" : code(setting.usual()),
            sandbox,
            setting.text().replace("<", "&lt;") + (setting.secret() ? ". Never shown" : ""));
  }

  private static String code(String value) {
    return "`" + value + "`";
  }
}
