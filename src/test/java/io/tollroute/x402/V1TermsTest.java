package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.testing.Folders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class V1TermsTest {

  @ParameterizedTest(name = "[{index}] {0} is {1}")
  @CsvSource({
    "eip155:8453, base",
    "eip155:84532, base-sepolia",
    "eip155:43114, avalanche",
    "eip155:43113, avalanche-fuji",
    "eip155:137, polygon",
    "eip155:80002, polygon-amoy",
    "eip155:4689, iotex",
    "eip155:1329, sei",
    "eip155:1328, sei-testnet",
    "eip155:3338, peaq",
    "eip155:1514, story",
    "eip155:41923, educhain",
    "eip155:2741, abstract",
    "eip155:11124, abstract-testnet",
    "eip155:324705682, skale-base-sepolia"
  })
  @DisplayName("legacy clients are told the chain by the only name that they parse")
  void chainNames(String network, String name) throws Exception {
    String address = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
    X402Settings settings =
        new X402Settings(
            network,
            address,
            address,
            "USDC",
            "2",
            6,
            300,
            60,
            "https://shop.example",
            "Shop",
            Optional.empty());
    Terms terms =
        new Terms(
            new ServiceFolder(Folders.FIRST_SERVICE)
                .load()
                .find("masked-face-comparison")
                .orElseThrow(),
            settings);

    JsonNode body =
        new ObjectMapper()
            .readTree(
                "{"
                    + new String(
                        terms.part(Refusal.of("payment_required")).members(),
                        StandardCharsets.UTF_8)
                    + "}");

    assertThat(body.path("x402Version").asInt()).isEqualTo(1);
    assertThat(body.at("/accepts/0/network").textValue()).isEqualTo(name);
    assertThat(body.at("/accepts/0/resource").textValue())
        .isEqualTo("https://shop.example/api/tools/masked-face-comparison");
    assertThat(body.at("/accepts/0/maxAmountRequired").textValue()).isEqualTo("200000");
  }
}
