package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask for a credit: nothing is owed here, so whoever passes is told 404, and not 403. */
class WalletChallengeTest {

  private static final String CONTRACT = "0x" + "c0".repeat(20);

  private static ChainNode node;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    node = new ChainNode();
    shop = Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", node.url()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    node.close();
  }

  @BeforeEach
  void forget() {
    node.knows(java.util.List.of(), System.currentTimeMillis() / 1000, false);
  }

  private static ObjectNode claim(Shop at, String payer) throws Exception {
    ObjectNode claim =
        ((ObjectNode) Shop.json("{}")).put("payer", payer).put("nonce", "0x" + "5a".repeat(32));
    JsonNode challenge = Shop.json(at.post("/api/credits", claim.toString()));
    return claim
        .put("until", challenge.path("until").asText())
        .put("message", challenge.path("message").asText());
  }

  private static HttpResponse<String> claim(Shop at, ObjectNode claim, String signature)
      throws Exception {
    ObjectNode signed = claim.deepCopy().put("signature", signature);
    signed.remove("message");
    return at.post("/api/credits", signed.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"as it is", "v 0 or 1", "compact", "upper case"})
  @DisplayName("A wallet's signature passes in each way that a payment's does")
  void spellings(String how) throws Exception {
    ObjectNode claim = claim(shop, shop.wallet().address());
    String signature = TextSigner.sign(shop.wallet(), claim.path("message").asText());
    byte[] bytes = HexFormat.of().parseHex(signature.substring(2));
    if (how.equals("v 0 or 1")) {
      bytes[64] -= 27;
    } else if (how.equals("compact")) {
      bytes[32] |= (byte) (bytes[64] == 28 ? 0x80 : 0);
      bytes = java.util.Arrays.copyOf(bytes, 64);
    }
    HexFormat hex = how.equals("upper case") ? HexFormat.of().withUpperCase() : HexFormat.of();

    assertThat(claim(shop, claim, "0x" + hex.formatHex(bytes)).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("A contract wallet is asked through the node, and its word counts (EIP-1271)")
  void contract() throws Exception {
    ObjectNode claim = claim(shop, CONTRACT);
    answering("0x1626ba7e" + "0".repeat(56));
    assertThat(claim(shop, claim, "0x" + "ab".repeat(97)).statusCode()).isEqualTo(404);
    JsonNode asked =
        node.questions().stream()
            .filter(each -> each.path("method").asText().equals("eth_call"))
            .findFirst()
            .orElseThrow();
    assertThat(asked.at("/params/0/to").asText()).isEqualTo(CONTRACT);
    assertThat(asked.at("/params/0/data").asText())
        .startsWith("0x1626ba7e")
        .contains("ab".repeat(97));

    for (String no : new String[] {"0x", "0xffffffff" + "0".repeat(56), "0x1626ba7e", "0x1"}) {
      answering(no);
      HttpResponse<String> refused = claim(shop, claim, "0x" + "ab".repeat(65));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    }
    answering("0x1626ba7e" + "0".repeat(56));
    node.is("0x1");
    assertThat(claim(shop, claim, "0x" + "ab".repeat(65)).statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource({
    "eth_call, 3, execution reverted: not an owner, 403",
    "eth_call, -32000, Execution reverted, 403",
    "eth_call, -32015, VM execution error., 403",
    "eth_call, -32000, invalid opcode: INVALID, 403",
    "eth_call, -32005, daily request count exceeded, 503",
    "eth_call, -32603, internal error, 503",
    "eth_chainId, -32005, too many requests, 503"
  })
  @DisplayName("A contract that reverts has said no; a node's own trouble says nothing")
  void troubled(String method, int code, String message, int status) throws Exception {
    ObjectNode claim = claim(shop, CONTRACT);
    node.meddle(
        (asked, reply) -> {
          if (asked.equals(method)) {
            reply.remove("result");
            reply.putObject("error").put("code", code).put("message", message);
          }
        });

    assertThat(claim(shop, claim, "0x" + "ab".repeat(65)).statusCode()).isEqualTo(status);
  }

  private static void answering(String word) {
    node.meddle(
        (method, reply) -> {
          if (method.equals("eth_call")) {
            reply.put("result", word);
          }
        });
  }

  @Test
  @DisplayName("A signature wrapped for a wallet that was not there yet is taken out (ERC-6492)")
  void wrapped() throws Exception {
    ObjectNode claim = claim(shop, CONTRACT);
    answering("0x1626ba7e" + "0".repeat(56));
    String word = "%064x";
    String wrapped =
        "0x"
            + word.formatted(1)
            + word.formatted(96)
            + word.formatted(128)
            + word.formatted(0)
            + word.formatted(65)
            + "cd".repeat(65)
            + "00".repeat(31)
            + "6492".repeat(16);

    assertThat(claim(shop, claim, wrapped).statusCode()).isEqualTo(404);

    String data = node.questions().get(1).at("/params/0/data").asText();
    assertThat(data).contains("cd".repeat(65)).doesNotContain("64926492");
  }

  @Test
  @DisplayName("Without a node a contract wallet is told why it is refused, and what to do")
  void withoutNode() throws Exception {
    try (Shop other = Shop.open()) {
      HttpResponse<String> refused = claim(other, claim(other, CONTRACT), "0x" + "ab".repeat(65));

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      assertThat(Shop.json(refused).path("message").asText()).contains("no node of the chain");
    }
  }
}
