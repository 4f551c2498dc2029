package io.tollroute.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job whose money is gone when it is to move")
class JobRefusedTest {

  @TempDir private Path home;

  private Shop shop;
  private Books before;

  @BeforeEach
  void open() throws Exception {
    shop = Shop.open(JobShop.settings(home, Map.of()));
    shop.facilitator()
        .on(
            "settle",
            FaultyFacilitator.answering(
                200,
                "{\"success\":false,\"errorReason\":\"insufficient_funds\","
                    + "\"transaction\":\"\",\"network\":\"eip155:84532\"}"));
    before = shop.takeStock();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName(
      "is told so where it is looked at, without terms: what is to be paid again is the call")
  void looked() throws Exception {
    JsonNode job = JobShop.job(JobShop.buy(shop, JobShop.signature(shop), JobShop.body()));

    HttpResponse<String> answer = JobShop.ended(shop, job);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_refused");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
    assertThat(Shop.json(answer).has("accepts")).isFalse();
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("is told so with the terms to a buyer who waits for it with his call")
  void waited() throws Exception {
    HttpResponse<String> answer =
        JobShop.buy(shop, JobShop.signature(shop), JobShop.body(), "Prefer", "wait=30");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_refused");
    assertThat(Shop.json(answer).path("accepts")).isNotEmpty();
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
  }

  @Test
  @DisplayName("is sold after all when the money is back and the same call comes again")
  void again() throws Exception {
    String payment = JobShop.signature(shop);
    JsonNode job = JobShop.job(JobShop.buy(shop, payment, JobShop.body()));
    assertThat(JobShop.ended(shop, job).statusCode()).isEqualTo(402);
    shop.facilitator().behave();

    HttpResponse<String> answer = JobShop.buy(shop, payment, JobShop.body());

    JobShop.assertAnswered(answer);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertThat(shop.since(before).income()).isEqualTo(200_000);
  }
}
