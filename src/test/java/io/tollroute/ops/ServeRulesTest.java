package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.settings.SettingsTable;
import io.tollroute.x402.KnownAssets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeRulesTest {

  private static final String BASE_USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
  private static final Map<String, String> GOOD =
      Map.of(
          "TOLLROUTE_X402_PAY_TO", "0x1111111111111111111111111111111111111111",
          "TOLLROUTE_X402_FACILITATOR_URL", "https://facilitator.example.com",
          "TOLLROUTE_PUBLIC_URL", "https://api.example.com");

  private static Map<String, String> with(String... pairs) {
    Map<String, String> environment = new HashMap<>(GOOD);
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return environment;
  }

  private static Settings settings(Map<String, String> environment) throws Exception {
    return Settings.resolve(
        SettingsTable.read(),
        Path.of("/opt/tollroute"),
        false,
        environment,
        new Properties(),
        new Properties());
  }

  private static List<String> faults(Map<String, String> environment) throws Exception {
    ServeRules rules = new ServeRules(settings(environment), KnownAssets.read());
    SettingsFault fault = catchThrowableOfType(SettingsFault.class, () -> rules.check());
    return fault == null ? List.of() : fault.getMessage().lines().toList();
  }

  private static void assertOneFault(String name, Map<String, String> environment)
      throws Exception {
    assertThat(faults(environment)).singleElement().asString().startsWith(name + ": ");
  }

  @Test
  @DisplayName("the seller's address and a facilitator are all that Base needs")
  void enough() throws Exception {
    assertThat(faults(GOOD)).isEmpty();
    assertThat(faults(with("TOLLROUTE_X402_NETWORK", "eip155:84532"))).isEmpty();
    assertThat(ServeRules.contradiction(settings(GOOD))).isEmpty();
  }

  @Test
  @DisplayName("what is missing is named, all of it, each in a line")
  void missing() throws Exception {
    assertThat(faults(Map.of()))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("tollroute.public-url: "))
        .anyMatch(line -> line.startsWith("tollroute.x402.pay-to: "))
        .anyMatch(line -> line.startsWith("tollroute.x402.facilitator.url: "));
    assertOneFault("tollroute.x402.pay-to", without("TOLLROUTE_X402_PAY_TO"));
    assertOneFault("tollroute.x402.facilitator.url", without("TOLLROUTE_X402_FACILITATOR_URL"));
  }

  private static Map<String, String> without(String name) {
    Map<String, String> environment = new HashMap<>(GOOD);
    environment.remove(name);
    return environment;
  }

  @Test
  @DisplayName("the sandbox's addresses, facilitator, ledger and key are refused, in any case")
  void sandboxValues() throws Exception {
    String wallet = SandboxWallet.funded(Clock.systemUTC()).address();
    String empty = SandboxWallet.empty(Clock.systemUTC()).address();
    for (String address : List.of(SandboxChain.PAY_TO, wallet, empty)) {
      assertOneFault("tollroute.x402.pay-to", with("TOLLROUTE_X402_PAY_TO", address));
      assertOneFault(
          "tollroute.x402.pay-to",
          with("TOLLROUTE_X402_PAY_TO", "0x" + address.substring(2).toLowerCase(Locale.ROOT)));
    }
    assertThat(
            faults(
                with(
                    "TOLLROUTE_X402_NETWORK", SandboxChain.NETWORK,
                    "TOLLROUTE_X402_ASSET", SandboxChain.ASSET,
                    "TOLLROUTE_X402_ASSET_NAME", SandboxChain.ASSET_NAME,
                    "TOLLROUTE_X402_ASSET_VERSION", SandboxChain.ASSET_VERSION)))
        .as("Base Sepolia is anybody's")
        .isEmpty();
    for (String file : List.of("data/sandbox.db", "/srv/sandbox.db", "sandbox.db?cache=shared")) {
      assertOneFault(
          "tollroute.database.url", with("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + file));
    }
    assertOneFault(
        "tollroute.x402.facilitator.url",
        with("TOLLROUTE_X402_FACILITATOR_URL", "http://127.0.0.1:8080/sandbox/facilitator"));
  }

  @Test
  @DisplayName("an address from which nobody can take the money is refused")
  void lostMoney() throws Exception {
    assertOneFault("tollroute.x402.pay-to", with("TOLLROUTE_X402_PAY_TO", "0x" + "0".repeat(40)));
    assertOneFault("tollroute.x402.pay-to", with("TOLLROUTE_X402_PAY_TO", BASE_USDC));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
    "TOLLROUTE_X402_ASSET_NAME, USDC, tollroute.x402.asset-name",
    "TOLLROUTE_X402_ASSET_NAME, USD coin, tollroute.x402.asset-name",
    "TOLLROUTE_X402_ASSET_VERSION, 1, tollroute.x402.asset-version",
    "TOLLROUTE_X402_ASSET_DECIMALS, 18, tollroute.x402.asset-decimals"
  })
  @DisplayName("a domain that is not the one of Base's USDC is refused")
  void wrongPair(String variable, String value, String name) throws Exception {
    assertOneFault(name, with(variable, value));
    assertOneFault(
        name, with(variable, value, "TOLLROUTE_X402_ASSET", BASE_USDC.toLowerCase(Locale.ROOT)));
  }

  @Test
  @DisplayName("The right pair, written out, is accepted; on Base Sepolia it is another one")
  void rightPair() throws Exception {
    assertThat(
            faults(
                with(
                    "TOLLROUTE_X402_ASSET", BASE_USDC,
                    "TOLLROUTE_X402_ASSET_NAME", "USD Coin",
                    "TOLLROUTE_X402_ASSET_VERSION", "2")))
        .isEmpty();
    assertOneFault(
        "tollroute.x402.asset-name",
        with(
            "TOLLROUTE_X402_NETWORK", "eip155:84532",
            "TOLLROUTE_X402_ASSET_NAME", "USD Coin"));
  }

  @Test
  @DisplayName("A token that is not known needs its domain, a network that is not known its token")
  void unknownToken() throws Exception {
    String token = "0x2222222222222222222222222222222222222222";
    assertThat(faults(with("TOLLROUTE_X402_ASSET", token)))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("tollroute.x402.asset-name: "))
        .anyMatch(line -> line.startsWith("tollroute.x402.asset-version: "));
    assertThat(faults(with("TOLLROUTE_X402_NETWORK", "eip155:999")))
        .hasSize(3)
        .anyMatch(line -> line.startsWith("tollroute.x402.asset: "));
    assertThat(
            faults(
                with(
                    "TOLLROUTE_X402_NETWORK", "eip155:999",
                    "TOLLROUTE_X402_ASSET", token,
                    "TOLLROUTE_X402_ASSET_NAME", "Dollar",
                    "TOLLROUTE_X402_ASSET_VERSION", "1",
                    "TOLLROUTE_X402_ASSET_DECIMALS", "18")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"base", "eip155:", "eip155:08453", "eip155:0", "solana:5eykt4UsFv8P8NJd", "8453"})
  @DisplayName("A network that is not an EVM chain in CAIP-2 is refused")
  void network(String network) throws Exception {
    assertThat(faults(with("TOLLROUTE_X402_NETWORK", network)))
        .anyMatch(line -> line.startsWith("tollroute.x402.network: "));
  }

  @Test
  @DisplayName("an authorization of the facilitator needs its secret")
  void secrets() throws Exception {
    assertOneFault(
        "tollroute.x402.facilitator.token", with("TOLLROUTE_X402_FACILITATOR_AUTH", "bearer"));
    assertThat(faults(with("TOLLROUTE_X402_FACILITATOR_AUTH", "cdp")))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("tollroute.x402.facilitator.key-id: "))
        .anyMatch(line -> line.startsWith("tollroute.x402.facilitator.key-secret: "));
    assertThat(
            faults(
                with(
                    "TOLLROUTE_X402_FACILITATOR_AUTH", "bearer",
                    "TOLLROUTE_X402_FACILITATOR_TOKEN", "t")))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
    "TOLLROUTE_X402_MAX_TIMEOUT_SECONDS, 66, tollroute.x402.max-timeout-seconds",
    "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS, 147, tollroute.x402.max-timeout-seconds",
    "TOLLROUTE_HTTP_WORKERS, 150, tollroute.http.max-paid-in-flight",
    "TOLLROUTE_LIMITS_UNPAID_BURST, 99, tollroute.limits.unpaid-burst",
    "TOLLROUTE_HTTP_TRUSTED_PROXIES, proxy.example.com, tollroute.http.trusted-proxies",
    "TOLLROUTE_HTTP_TRUSTED_PROXIES, /8, tollroute.http.trusted-proxies",
    "TOLLROUTE_MANAGEMENT_PORT, 8080, tollroute.management.port",
    "TOLLROUTE_SELLER, Überall, tollroute.seller",
    "TOLLROUTE_SELLER, a name that is longer than the thirty-two, tollroute.seller",
    "TOLLROUTE_ICON_URL, https://192.0.2.1/shop.png, tollroute.icon-url",
    "TOLLROUTE_ICON_URL, http://localhost/shop.png, tollroute.icon-url",
    "TOLLROUTE_DATABASE_URL, jdbc:h2:mem:x, tollroute.database.url",
    "TOLLROUTE_DATABASE_URL, jdbc:sqlite:, tollroute.database.url",
    "TOLLROUTE_DATABASE_URL, jdbc:sqlite::memory:, tollroute.database.url",
    "TOLLROUTE_DATABASE_URL, jdbc:sqlite:file:ledger.db, tollroute.database.url",
    "TOLLROUTE_DATABASE_URL, jdbc:sqlite:ledger.db?synchronous=OFF, tollroute.database.url",
    "TOLLROUTE_X402_FACILITATOR_URL, https://f.example.com/x402?key=k, tollroute.x402.facilitator.url",
    "TOLLROUTE_X402_FACILITATOR_URL, https://u:p@f.example.com/x402, tollroute.x402.facilitator.url",
    "TOLLROUTE_PUBLIC_URL, https://api.example.com/#top, tollroute.public-url",
    "TOLLROUTE_X402_RPC_URL, https://u:p@node.example.com/rpc, tollroute.x402.rpc-url",
    "TOLLROUTE_MANAGEMENT_TOKEN, a token with blanks inside, tollroute.management.token",
    "TOLLROUTE_X402_FACILITATOR_TOKEN, one two, tollroute.x402.facilitator.token"
  })
  @DisplayName("What contradicts itself is refused in any mode, by the name to change")
  void contradictions(String variable, String value, String name) throws Exception {
    Optional<String> contradiction = ServeRules.contradiction(settings(with(variable, value)));

    assertThat(contradiction).isPresent();
    assertThat(contradiction.get()).startsWith(name + ": ").doesNotContain("\n");
  }

  @ParameterizedTest(name = "host {0}, public-url {1}")
  @CsvSource({
    "0.0.0.0, ''",
    "0.0.0.0, http://localhost:8080",
    "0.0.0.0, https://LOCALHOST.",
    "::, https://127.0.0.1",
    "192.168.1.5, http://[::1]:8080/shop",
    "shop.example.com, http://0.0.0.0:8080",
    "0.0.0.0, http://shop.localhost"
  })
  @DisplayName("Who serves others must not tell them to come to their own machine")
  void publicUrlOfThisMachine(String host, String url) throws Exception {
    Map<String, String> environment = with("TOLLROUTE_HOST", host, "TOLLROUTE_PUBLIC_URL", url);
    if (url.isEmpty()) {
      environment.remove("TOLLROUTE_PUBLIC_URL");
    }

    assertOneFault("tollroute.public-url", environment);
  }

  @ParameterizedTest(name = "host {0}, public-url {1}: {2}")
  @CsvSource({
    "127.0.0.1, '', 1",
    "127.0.0.1, http://localhost:8080, 0",
    "localhost, http://127.0.0.1:8080, 0",
    "0.0.0.0, https://api.example.com, 0",
    "0.0.0.0, http://api.example.com, 1",
    "0.0.0.0, http://93.184.216.34, 1",
    "0.0.0.0, http://10.1.2.3:8080, 0",
    "0.0.0.0, http://172.20.0.1, 0",
    "0.0.0.0, http://172.32.0.1, 1",
    "0.0.0.0, http://tollroute.shops.svc.cluster.local, 0",
    "0.0.0.0, http://tollroute:8080, 0"
  })
  @DisplayName("A public address that is missing or can be overheard is said in one line")
  void publicUrlWarnings(String host, String url, int warnings) throws Exception {
    Map<String, String> environment = with("TOLLROUTE_HOST", host, "TOLLROUTE_PUBLIC_URL", url);
    if (url.isEmpty()) {
      environment.remove("TOLLROUTE_PUBLIC_URL");
    }

    assertThat(faults(environment)).isEmpty();
    assertThat(PublicUrlRules.warnings(settings(environment)))
        .hasSize(warnings)
        .allMatch(line -> line.startsWith("tollroute.public-url: "));
  }

  @Test
  @DisplayName("A node or facilitator that is called over http is said without its key")
  void plainNode() throws Exception {
    assertThat(
            PublicUrlRules.warnings(
                settings(with("TOLLROUTE_X402_RPC_URL", "http://node.example.com/v3/KEY"))))
        .singleElement()
        .asString()
        .startsWith("tollroute.x402.rpc-url: http://node.example.com/")
        .doesNotContain("KEY");
  }

  @Test
  @DisplayName("Nobody waits for a pending settlement longer than his payment is valid")
  void longPause() throws Exception {
    assertThat(
            ServeRules.contradiction(
                settings(
                    with(
                        "TOLLROUTE_X402_PENDING_DELAY_MS", "60000",
                        "TOLLROUTE_X402_PENDING_SENDS", "6"))))
        .hasValueSatisfying(
            line -> assertThat(line).startsWith("tollroute.x402.pending-delay-ms: "));
  }

  @Test
  @DisplayName("A port that changes with every start is none to serve at")
  void anyPort() throws Exception {
    assertOneFault("tollroute.port", with("TOLLROUTE_PORT", "0"));
    assertOneFault("tollroute.management.port", with("TOLLROUTE_MANAGEMENT_PORT", "0"));
  }

  @Test
  @DisplayName("The zero address is neither a receiver nor a token")
  void zeroAddress() throws Exception {
    String zero = "0x" + "0".repeat(40);
    assertOneFault("tollroute.x402.pay-to", with("TOLLROUTE_X402_PAY_TO", zero));
    assertThat(faults(with("TOLLROUTE_X402_ASSET", zero)))
        .anyMatch(line -> line.startsWith("tollroute.x402.asset: is the zero address"));
  }

  @Test
  @DisplayName("No fault repeats a secret")
  void noSecretInFaults() throws Exception {
    Map<String, String> environment =
        with(
            "TOLLROUTE_X402_FACILITATOR_AUTH", "cdp",
            "TOLLROUTE_X402_FACILITATOR_KEY_SECRET", "very-secret",
            "TOLLROUTE_X402_FACILITATOR_TOKEN", "very-secret",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "very-secret");

    assertThat(faults(environment)).isNotEmpty().noneMatch(line -> line.contains("very-secret"));
    assertThatCode(() -> settings(environment)).doesNotThrowAnyException();
  }
}
