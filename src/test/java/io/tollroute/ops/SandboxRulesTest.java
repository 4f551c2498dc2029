package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.sandbox.SandboxChain;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.x402.KnownAssets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What the sandbox may be told")
class SandboxRulesTest {

  @TempDir private Path home;

  @Test
  @DisplayName("It names Base Sepolia and its USDC, and sells for an address of its own")
  void baseSepolia() throws Exception {
    KnownAssets.Asset usdc = KnownAssets.read().of("eip155:84532").orElseThrow();

    assertThat(SandboxChain.NETWORK).isEqualTo("eip155:84532");
    assertThat(SandboxChain.ASSET).isEqualTo(usdc.address());
    assertThat(SandboxChain.ASSET_NAME).isEqualTo(usdc.name());
    assertThat(SandboxChain.ASSET_VERSION).isEqualTo(usdc.version());
    assertThat(SandboxChain.ASSET_DECIMALS).isEqualTo(usdc.decimals());
    assertThat(settings(Map.of()).text("tollroute.x402.pay-to")).isEqualTo(SandboxChain.PAY_TO);
    check(Map.of());
  }

  @Test
  @DisplayName("Its own values said again, and stand-ins on this machine, do no harm")
  void harmless() throws Exception {
    assertThatCode(
            () ->
                check(
                    Map.of(
                        "TOLLROUTE_X402_ASSET",
                            SandboxChain.ASSET.toLowerCase(Locale.ROOT).replace("0X", "0x"),
                        "TOLLROUTE_X402_ASSET_NAME", "USDC",
                        "TOLLROUTE_X402_FACILITATOR_URL", "http://127.0.0.1:4021/x402",
                        "TOLLROUTE_X402_FACILITATOR_RECORD_URL", "http://[::1]:4021/list",
                        "TOLLROUTE_X402_RPC_URL", "http://localhost:8545")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
    "TOLLROUTE_X402_NETWORK, eip155:8453, tollroute.x402.network",
    "TOLLROUTE_X402_PAY_TO, 0x1111111111111111111111111111111111111111, tollroute.x402.pay-to",
    "TOLLROUTE_X402_ASSET, 0x1111111111111111111111111111111111111111, tollroute.x402.asset",
    "TOLLROUTE_X402_ASSET_NAME, USD Coin, tollroute.x402.asset-name",
    "TOLLROUTE_X402_ASSET_VERSION, 1, tollroute.x402.asset-version",
    "TOLLROUTE_X402_ASSET_DECIMALS, 18, tollroute.x402.asset-decimals",
    "TOLLROUTE_X402_FACILITATOR_URL, https://x402.org/facilitator, tollroute.x402.facilitator.url",
    "TOLLROUTE_X402_FACILITATOR_URL, http://127.0.0.1.example.com, tollroute.x402.facilitator.url",
    "TOLLROUTE_X402_FACILITATOR_URL, http://localhost@example.com, tollroute.x402.facilitator.url",
    "TOLLROUTE_X402_FACILITATOR_RECORD_URL, https://example.com/list,"
        + " tollroute.x402.facilitator.record-url",
    "TOLLROUTE_X402_RPC_URL, https://sepolia.base.org, tollroute.x402.rpc-url"
  })
  @DisplayName("With anything of a real chain or seller it does not start")
  void nothingReal(String variable, String value, String name) {
    assertThatThrownBy(() -> check(Map.of(variable, value)))
        .isInstanceOf(SettingsFault.class)
        .message()
        .startsWith(name + ": ")
        .hasLineCount(1);
  }

  private void check(Map<String, String> environment) throws Exception {
    new SandboxRules(settings(environment)).check();
  }

  private Settings settings(Map<String, String> environment) throws Exception {
    return StartSettings.of(
        Application.Mode.SANDBOX, home, environment, new Properties(), new Properties());
  }
}
