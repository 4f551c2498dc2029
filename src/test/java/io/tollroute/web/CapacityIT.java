package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many at once: Camel alone would serve twenty and let the rest wait behind them. */
class CapacityIT {

  private static final int CALLS = 60;
  private static final int UPSTREAM_MILLIS = 6_000;

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    // each paid call holds a worker of ours and one of the stand-in that it waits for
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_HTTP_WORKERS",
                "200",
                "TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT",
                "64",
                "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS",
                "30",
                "TOLLROUTE_ALIBABA_TIMEOUT_SECONDS",
                "30"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static List<CompletableFuture<HttpResponse<String>>> payAtOnce(int calls)
      throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<HttpRequest> requests = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      URI service = shop.base().resolve(Shop.SERVICE);
      requests.add(
          HttpRequest.newBuilder(service)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      Shop.magic("/sandbox/slow/" + UPSTREAM_MILLIS)))
              .header("Content-Type", "application/json")
              .header("PAYMENT-SIGNATURE", shop.signature())
              .build());
    }
    return requests.stream()
        .map(request -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
        .toList();
  }

  @Test
  @DisplayName(
      "60 paid calls with a slow upstream are served side by side, and prices told meanwhile")
  void sideBySide() throws Exception {
    shop.buy(shop.signature());
    int upstream = shop.upstreamCalls();
    int settled = shop.settled();
    List<CompletableFuture<HttpResponse<String>>> calls = payAtOnce(CALLS);
    Shop.await(() -> shop.upstreamCalls() == upstream + CALLS);

    int status = shop.post(Shop.SERVICE, "").statusCode();
    assertThat(calls).as("all are still waiting").noneMatch(CompletableFuture::isDone);
    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();

    assertThat(status).isEqualTo(402);
    assertThat(calls).allMatch(call -> call.join().statusCode() == 200);
    assertThat(shop.upstreamCalls()).isEqualTo(upstream + CALLS);
    assertThat(shop.settled()).isEqualTo(settled + CALLS);
  }

  @Test
  @DisplayName("Paid calls beyond the limit are refused, uncharged; prices are still told")
  void beyondTheLimit() throws Exception {
    // of strangers not so many are let in
    shop.buy(shop.signature());
    int settled = shop.settled();
    List<CompletableFuture<HttpResponse<String>>> calls = payAtOnce(80);
    Shop.await(() -> calls.stream().anyMatch(CompletableFuture::isDone));
    assertThat(shop.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();

    List<HttpResponse<String>> refused =
        calls.stream()
            .map(CompletableFuture::join)
            .filter(answer -> answer.statusCode() != 200)
            .toList();
    assertThat(refused).isNotEmpty();
    for (HttpResponse<String> answer : refused) {
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValueAsLong("Retry-After").getAsLong()).isBetween(1L, 10L);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("overloaded");
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    }
    assertThat(shop.settled()).isEqualTo(settled + 80 - refused.size());
    assertThat(shop.buy(shop.signature()).statusCode()).as("the way is free again").isEqualTo(200);
  }
}
