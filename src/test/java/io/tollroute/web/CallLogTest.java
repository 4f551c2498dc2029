package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The one line of each call that came with a payment. */
class CallLogTest {

  private static Shop shop;
  private LogLines text;
  private LogLines json;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_LIMITS_REFUSED_PAYMENTS_PER_MINUTE", "8"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void listen() {
    text = LogLines.capture();
    json = LogLines.captureJson();
  }

  @AfterEach
  void stopListening() {
    json.close();
    text.close();
    shop.facilitator().behave();
  }

  /** The lines of calls since the last look, each the same in both formats. */
  private List<JsonNode> calls() throws Exception {
    List<JsonNode> calls = new ArrayList<>();
    for (String line : json.lines()) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.has("outcome")) {
        calls.add(event);
        assertThat(event.path("level").asText()).isEqualTo("INFO");
        assertThat(text.lines())
            .anyMatch(same -> same.contains(" NoteSale " + event.path("message").asText()));
      }
    }
    text.forget();
    json.forget();
    return calls;
  }

  private JsonNode call(HttpResponse<String> answer, int status, String outcome) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    List<JsonNode> calls = calls();
    assertThat(calls).hasSize(1);
    JsonNode call = calls.get(0);
    assertThat(call.path("outcome").asText()).isEqualTo(outcome);
    assertThat(call.path("requestId").asText())
        .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(call.path("service").asText()).isEqualTo("masked-face-comparison");
    assertThat(call.path("surface").asText()).isEqualTo("http");
    assertThat(call.path("millis").isIntegralNumber()).isTrue();
    return call;
  }

  @Test
  @DisplayName(
      "Sold, given again or not sold: each call is one line that says which, and its charge")
  void everyEnd() throws Exception {
    ObjectNode payment = shop.payment();
    JsonNode sold = call(shop.buy(Shop.encode(payment)), 200, "sold");
    assertThat(sold.path("charge").asText()).matches("ch_[0-9a-f]{16}");
    assertThat(sold.path("method").asText()).isEqualTo("x402");

    JsonNode again = call(shop.buy(Shop.encode(payment)), 200, "replayed");
    assertThat(again.path("charge")).isEqualTo(sold.path("charge"));

    call(
        shop.buy(Shop.encode(payment), Shop.BODY.replace("/a.jpg", "/c.jpg")), 409, "payment_used");
    call(
        shop.buy(shop.signature(), Shop.BODY.replace("/a.jpg", "/sandbox/error/Throttling")),
        503,
        "provider_busy");
    shop.facilitator().on("settle", FaultyFacilitator.hangingUp());
    JsonNode unknown = call(shop.buy(shop.signature()), 503, "settlement_unknown");
    assertThat(unknown.path("charge").asText()).matches("ch_[0-9a-f]{16}");
  }

  @Test
  @DisplayName(
      "Who asks for the price or sends what is no payment has made no call, and fills no log")
  void noCall() throws Exception {
    assertThat(shop.post(Shop.SERVICE, Shop.BODY).statusCode()).isEqualTo(402);
    assertThat(shop.buy("nonsense").statusCode()).isEqualTo(400);
    assertThat(shop.post("/api/tools/nothing", Shop.BODY).statusCode()).isEqualTo(404);

    assertThat(calls()).isEmpty();
  }

  @Test
  @DisplayName("What a limit refuses is said once and then by the hour")
  void limited() throws Exception {
    ObjectNode foreign = shop.payment();
    ((ObjectNode) foreign.at("/payload/authorization")).put("value", "1");
    int refused = 0;
    for (int copy = 0; copy < 20; copy++) {
      refused += shop.buy(Shop.encode(foreign)).statusCode() == 429 ? 1 : 0;
    }

    assertThat(refused).isGreaterThan(5);
    List<String> outcomes = calls().stream().map(call -> call.path("outcome").asText()).toList();
    assertThat(outcomes.stream().filter("too_many_requests"::equals)).hasSizeLessThan(2);
    assertThat(outcomes).contains("payment_refused").hasSizeLessThan(12);
  }
}
