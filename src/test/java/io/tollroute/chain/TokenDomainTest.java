package io.tollroute.chain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;
import org.web3j.utils.Numeric;

@DisplayName("The EIP-712 domain of a token")
class TokenDomainTest {

  @Test
  @DisplayName("comes to what the USDC contract of Ethereum answers")
  void usdcOfEthereum() {
    TokenDomain usdc =
        new TokenDomain("USD Coin", "2", 1, "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48");

    assertThat(usdc.separator())
        .isEqualTo("0x06c37168a7db5138defc7866392bb87a741f9b3d104deb5094588ce041cae335");
  }

  @Test
  @DisplayName("comes to what the library that signs makes of it")
  void library() throws Exception {
    String data =
        "{\"types\":{\"EIP712Domain\":[{\"name\":\"name\",\"type\":\"string\"},"
            + "{\"name\":\"version\",\"type\":\"string\"},"
            + "{\"name\":\"chainId\",\"type\":\"uint256\"},"
            + "{\"name\":\"verifyingContract\",\"type\":\"address\"}]},"
            + "\"primaryType\":\"EIP712Domain\",\"domain\":{\"name\":\"USDC\",\"version\":\"2\","
            + "\"chainId\":\"84532\","
            + "\"verifyingContract\":\"0x036CbD53842c5426634e7929541eC2318f3dCF7e\"},"
            + "\"message\":{}}";

    assertThat(
            new TokenDomain("USDC", "2", 84532, "0x036CbD53842c5426634e7929541eC2318f3dCF7e")
                .separator())
        .isEqualTo(Numeric.toHexString(new StructuredDataEncoder(data).hashDomain()));
  }
}
