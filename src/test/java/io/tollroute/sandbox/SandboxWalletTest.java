package io.tollroute.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxWalletTest {

  private final MutableClock clock = new MutableClock();
  private final SandboxWallet wallet = SandboxWallet.funded(clock);

  @Test
  @DisplayName("the two wallets are fixed and different")
  void addresses() {
    assertThat(wallet.address()).isEqualTo("0x784Ec0247cA7f7a1450F77F84e7daCB154eA0bab");
    assertThat(SandboxWallet.empty(clock).address())
        .isEqualTo("0xEBb01CA283Eac6f89E8BCf5C8bfd4FE0FC77b4a9");
  }

  @Test
  @DisplayName("a payment echoes terms, resource and extensions, and adds an id where one is taken")
  void echoes() {
    ObjectNode demand = Terms.demand("200000");
    JsonNode untouched = demand.deepCopy();

    ObjectNode payment = wallet.sign(demand, demand.at("/accepts/0"));

    assertThat(payment.path("x402Version").asInt()).isEqualTo(2);
    assertThat(payment.path("accepted")).isEqualTo(demand.at("/accepts/0"));
    assertThat(payment.path("resource")).isEqualTo(demand.path("resource"));
    assertThat(payment.at("/extensions/bazaar")).isEqualTo(demand.at("/extensions/bazaar"));
    assertThat(payment.at("/extensions/payment-identifier/info/required").isBoolean()).isTrue();
    assertThat(payment.at("/extensions/payment-identifier/info/id").asText())
        .matches("[a-zA-Z0-9_-]{16,128}");
    JsonNode authorization = payment.at("/payload/authorization");
    assertThat(authorization.path("from").asText()).isEqualTo(wallet.address());
    assertThat(authorization.path("to").asText()).isEqualTo(SandboxChain.PAY_TO);
    assertThat(authorization.path("value").asText()).isEqualTo("200000");
    assertThat(authorization.path("validAfter").asText()).isEqualTo("0");
    assertThat(authorization.path("validBefore").asText())
        .isEqualTo("" + (clock.instant().getEpochSecond() + 300));
    assertThat(demand).as("the demand itself").isEqualTo(untouched);
  }

  @Test
  @DisplayName("without extensions and resource there is nothing to echo")
  void nothing_to_echo() {
    ObjectNode demand = Terms.demand("200000").without(List.of("extensions", "resource"));

    assertThat(wallet.sign(demand, demand.at("/accepts/0")).has("extensions")).isFalse();
    assertThat(wallet.sign(demand, demand.at("/accepts/0")).has("resource")).isFalse();
  }

  @Test
  @DisplayName("no two payments share a nonce or an id")
  void fresh() {
    ObjectNode demand = Terms.demand("200000");
    ObjectNode one = wallet.sign(demand, demand.at("/accepts/0"));
    ObjectNode two = wallet.sign(demand, demand.at("/accepts/0"));

    for (String pointer :
        new String[] {"/payload/authorization/nonce", "/extensions/payment-identifier/info/id"}) {
      assertThat(one.at(pointer)).isNotEqualTo(two.at(pointer));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "network,eip155:8453",
    "asset,0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
    "scheme,upto"
  })
  @DisplayName("terms of the real world are not signed")
  void refuses_real_money(String field, String value) {
    ObjectNode demand = Terms.demand("200000");
    ObjectNode requirements = (ObjectNode) demand.at("/accepts/0");
    requirements.put(field, value);

    assertThatThrownBy(() -> wallet.sign(demand, requirements))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
