package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What the facilitator says of listing a service in its marketplace")
class NoteListingTest {

  private static final String TOKEN = "an-operators-token-of-32-letters";

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_MANAGEMENT_TOKEN", TOKEN));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  private static void says(String header) {
    shop.facilitator().on("settle", FaultyFacilitator.saying("EXTENSION-RESPONSES", header));
  }

  private static String encoded(String document) {
    return Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode listings() throws Exception {
    HttpResponse<String> answer =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.management().resolve("/manage/listings"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer).path("listings");
  }

  @Test
  @DisplayName("is told to the operator, the last word of each kind, and to no buyer")
  void told() throws Exception {
    says(encoded("{\"bazaar\":{\"status\":\"processing\"}}"));
    HttpResponse<String> first = shop.buy(shop.signature());
    says(
        encoded(
            "{\"bazaar\":{\"status\":\"rejected\",\"rejectedReason\":\"no \\u9762 example\"}}"));
    HttpResponse<String> second = shop.buy(shop.signature());
    says(encoded("{\"bazaar\":{\"status\":\"success\"}}"));
    call();

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("EXTENSION-RESPONSES")).isEmpty();
    assertThat(listings()).hasSize(2);
    assertThat(listings().at("/0/service").asText()).isEqualTo("masked-face-comparison");
    assertThat(listings().at("/0/kind").asText()).isEqualTo("http");
    assertThat(listings().at("/0/status").asText()).isEqualTo("rejected");
    assertThat(listings().at("/0/reason").asText()).isEqualTo("no ? example");
    assertThat(listings().at("/1/kind").asText()).isEqualTo("mcp");
    assertThat(listings().at("/1/status").asText()).isEqualTo("success");
  }

  private static void call() throws Exception {
    ObjectNode call = (ObjectNode) Shop.json("{\"jsonrpc\":\"2.0\",\"id\":1}");
    ObjectNode params = call.put("method", "tools/call").putObject("params");
    params.put("name", "masked_face_comparison").set("arguments", Shop.json(Shop.BODY));
    ObjectNode payment = shop.payment();
    payment.remove(java.util.List.of("resource", "extensions"));
    params.putObject("_meta").set("x402/payment", payment);
    JsonNode result = Shop.json(shop.post("/mcp", call.toString())).path("result");
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "", "bm8ganNvbg==", "e30=", "eyJiYXphYXIiOnsic3RhdHVzIjo3fX0="})
  @DisplayName("spoils no call, whatever it is")
  void nonsense(String header) throws Exception {
    says(header);

    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }
}
