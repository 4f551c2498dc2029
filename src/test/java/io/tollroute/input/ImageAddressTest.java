package io.tollroute.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An image address that leads into somebody's network")
class ImageAddressTest {

  private static final String INSIDE = "https://b.oss-cn-shanghai-internal.aliyuncs.com/b.jpg";

  private static final String BODY = Shop.BODY.replace("https://images.example.com/b.jpg", INSIDE);

  private static final String TOOL_CALL =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call",
       "params":{"name":"masked_face_comparison","arguments":%s,"_meta":{"x402/payment":%s}}}
      """;

  @ParameterizedTest(name = "settle: {0}")
  @ValueSource(strings = {"after", "first"})
  @DisplayName("is refused before money moves, over HTTP with a signature or a token, and over MCP")
  void everySurface(String order) throws Exception {
    try (Shop shop = Shop.open(Map.of("TOLLROUTE_X402_SETTLE", order))) {
      TokenBuyer tokens = new TokenBuyer(shop);
      JsonNode token = tokens.paid(1);
      String signature = shop.signature();
      JsonNode payment = shop.payment();
      Books before = shop.takeStock();

      JsonNode signed = Shop.json(shop.buy(signature, BODY));
      JsonNode prepaid = Shop.json(tokens.use(token, BODY));
      JsonNode tool =
          Shop.json(
                  shop.post(
                      "/mcp",
                      TOOL_CALL.formatted(BODY, payment),
                      "Accept",
                      "application/json, text/event-stream"))
              .at("/result/structuredContent");

      for (JsonNode answer : new JsonNode[] {signed, prepaid, tool}) {
        assertThat(answer.path("error").asText())
            .as(answer.toString())
            .isEqualTo("invalid_request");
        assertThat(answer.path("param").asText()).as(answer.toString()).isEqualTo("/ImageURLB");
        assertThat(answer.path("charged").asText()).as(answer.toString()).isEqualTo("no");
        assertThat(answer.toString()).doesNotContain("aliyuncs");
      }
      assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
      assertThat(tokens.use(token).statusCode()).as("the token is still good").isEqualTo(200);
      assertThat(shop.buy(signature).statusCode()).as("and the signature").isEqualTo(200);
    }
  }
}
