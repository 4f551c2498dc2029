package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a facilitator that hangs may take with it: the paid calls that wait for it, nothing else.
 */
class BulkheadIT {

  private static final int PLACES = 60;
  private static final int CALLS = 1_000;

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT",
                Integer.toString(PLACES),
                "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS",
                "30"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  private static CompletableFuture<HttpResponse<String>> call(HttpClient client, String payment) {
    return client.sendAsync(
        HttpRequest.newBuilder(shop.base().resolve(Shop.SERVICE))
            .POST(HttpRequest.BodyPublishers.ofString(Shop.BODY))
            .header("Content-Type", "application/json")
            .header("PAYMENT-SIGNATURE", payment)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static long done(List<CompletableFuture<HttpResponse<String>>> calls) {
    return calls.stream().filter(CompletableFuture::isDone).count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "settle"})
  @DisplayName("while a thousand paid calls come to a facilitator that hangs, prices are told")
  void hangingFacilitator(String operation) throws Exception {
    ObjectNode demand = shop.demand();
    JsonNode terms = demand.at("/accepts/0");
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      payments.add(Shop.encode(shop.wallet().sign(demand, terms)));
    }
    Books before = shop.takeStock();
    CountDownLatch released = new CountDownLatch(1);
    shop.facilitator().on(operation, FaultyFacilitator.holdingUntil(released));
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (String payment : payments) {
      calls.add(call(client, payment));
    }
    Shop.await(() -> done(calls) == CALLS - PLACES);
    Shop.await(() -> shop.facilitator().calls(operation) - calls(before, operation) == PLACES);
    for (int i = 0; i < 200; i++) {
      assertThat(shop.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
    }
    boolean ready = shop.isReady();
    long waiting = CALLS - done(calls);
    released.countDown();
    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(waiting).isEqualTo(PLACES);
    assertThat(ready).isTrue();
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(PLACES);
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() != 200) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(Shop.json(answer).path("error").asText()).isEqualTo("overloaded");
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }
    }
    Books moved = shop.since(before);
    assertThat(moved.settled()).isEqualTo(PLACES);
    assertThat(moved.upstream()).isEqualTo(PLACES);

    int refused = 0;
    while (answers.get(refused).statusCode() == 200) {
      refused++;
    }
    assertThat(call(client, payments.get(refused)).join().statusCode())
        .as("what was refused is still good")
        .isEqualTo(200);
  }

  private static int calls(Books books, String operation) {
    return operation.equals("verify") ? books.verified() : books.settleCalls();
  }

  @Test
  @DisplayName("callers who hang up do not make room for more work than may be in flight")
  void hangingUp() throws Exception {
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      payments.add(shop.signature());
    }
    String next = shop.signature();
    Books before = shop.takeStock();
    CountDownLatch released = new CountDownLatch(1);
    shop.facilitator().on("verify", FaultyFacilitator.holdingUntil(released));
    List<Socket> sockets = new ArrayList<>();
    for (String payment : payments) {
      Socket socket = new Socket(shop.base().getHost(), shop.base().getPort());
      socket
          .getOutputStream()
          .write(
              RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + payment)
                  .getBytes(StandardCharsets.UTF_8));
      sockets.add(socket);
    }
    Shop.await(() -> shop.since(before).verified() == PLACES);
    for (Socket socket : sockets) {
      socket.close();
    }
    // a request of its own, so that the server has seen the ends of the sockets
    assertThat(shop.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);

    HttpResponse<String> refused = shop.buy(next);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(Shop.json(refused).path("error").asText()).isEqualTo("overloaded");
    assertThat(shop.since(before).verified()).isEqualTo(PLACES);

    released.countDown();
    Shop.await(() -> shop.since(before).settled() == PLACES);
    Shop.await(() -> shop.buy(next).statusCode() == 200);
    for (String payment : payments) {
      assertThat(shop.buy(payment).statusCode()).as("the answer was kept").isEqualTo(200);
    }
    assertThat(shop.since(before).settled()).isEqualTo(PLACES + 1);
    assertThat(shop.since(before).upstream()).isEqualTo(PLACES + 1);
  }

  @Test
  @DisplayName("whoever begins to send a call and hangs up takes no place for good")
  void halfRequests() throws Exception {
    String payment = shop.signature();
    String half =
        RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + payment)
            .replace(Shop.BODY, "{");
    for (int i = 0; i < 3 * PLACES; i++) {
      try (Socket socket = new Socket(shop.base().getHost(), shop.base().getPort())) {
        socket.getOutputStream().write(half.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
      }
    }

    Shop.await(() -> shop.buy(payment).statusCode() == 200);
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }
}
