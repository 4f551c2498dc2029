package io.tollroute.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaidCallTest {

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName("the same payment and request get the same answer again, without work or money")
  void replay() throws Exception {
    String payment = shop.signature();
    HttpResponse<String> first = shop.buy(payment);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    int upstream = shop.upstreamCalls();
    int settled = shop.settled();

    HttpResponse<String> second = shop.buy(payment);

    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(second.headers().firstValue("PAYMENT-RESPONSE"))
        .isEqualTo(first.headers().firstValue("PAYMENT-RESPONSE"));
    assertThat(shop.upstreamCalls()).isEqualTo(upstream);
    assertThat(shop.settled()).isEqualTo(settled);
  }

  @Test
  @DisplayName("the operator finds the provider's own id of a call at its charge")
  void upstreamId() throws Exception {
    HttpResponse<String> answer = shop.buy(shop.signature());

    HttpResponse<String> charges =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.management().resolve("/manage/charges?limit=50"))
                    .header("Authorization", "Bearer sandbox-operator-token")
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    List<String> found = new ArrayList<>();
    for (JsonNode charge : Shop.json(charges).path("charges")) {
      if (charge.path("requestId").equals(Shop.json(answer).path("requestId"))) {
        found.add(charge.path("upstreamId").asText());
      }
    }
    assertThat(found).containsExactly(Shop.json(answer).at("/data/RequestId").asText());
  }

  @Test
  @DisplayName("a lost settlement answer is 503, and the same payment then gets the answer")
  void lostSettlement() throws Exception {
    String payment = shop.signature();
    int upstream = shop.upstreamCalls();
    int settled = shop.settled();
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());

    HttpResponse<String> first = shop.buy(payment);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(503);
    assertThat(Shop.json(first).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(Shop.json(first).path("charged").asText()).isEqualTo("unknown");
    assertThat(first.headers().firstValue("Retry-After")).isPresent();

    HttpResponse<String> second = shop.buy(payment);
    shop.facilitator().behave();
    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
    assertThat(shop.upstreamCalls()).isEqualTo(upstream + 1);
    assertThat(shop.settled()).isEqualTo(settled + 1);
  }
}
