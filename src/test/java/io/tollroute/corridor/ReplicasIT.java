package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two replicas on one PostgreSQL database, with one facilitator and one upstream behind them. */
class ReplicasIT {

  private static String url;
  private static Shop first;
  private static Shop second;

  @BeforeAll
  static void open() throws Exception {
    url = PostgresServer.shared().ledgerDatabase();
    Map<String, String> settings = new HashMap<>(PostgresServer.settings(url));
    // what a call may take, and with it a lease, is as short as it can be
    settings.put("TOLLROUTE_ALIBABA_TIMEOUT_SECONDS", "3");
    first = Shop.open(settings);
    second = first.openReplica(settings);
  }

  @AfterAll
  static void close() throws Exception {
    second.close();
    first.close();
  }

  @AfterEach
  void behave() {
    first.facilitator().behave();
  }

  @Test
  @DisplayName("50 copies of one payment over two replicas: one call, one settlement")
  void copies() throws Exception {
    String signature = first.signature();
    Books before = first.takeStock();
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Shop replica = i % 2 == 0 ? first : second;
      calls.add(() -> replica.buy(signature));
    }

    List<HttpResponse<String>> answers = AtOnce.run(calls, 30);

    Books done = first.since(before);
    assertThat(done.upstream()).isEqualTo(1);
    assertThat(done.settled()).isEqualTo(1);
    assertThat(done.settleCalls()).isEqualTo(1);
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 409).contains(200);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 200)
        .extracting(Shop::json)
        .extracting(answer -> answer.path("data"))
        .containsOnly(Shop.json(second.buy(signature)).path("data"));
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 409)
        .allSatisfy(
            answer ->
                assertThat(Shop.json(answer).path("error").asText())
                    .isEqualTo("payment_in_progress"));
  }

  @Test
  @DisplayName("a wallet that nobody knows and that signs eight times has one call done, over both")
  void oneAtATime() throws Exception {
    Map<String, String> settings =
        new HashMap<>(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    settings.put("TOLLROUTE_LIMITS_ALONE_UNTIL_PAID", "on");
    try (Shop one = Shop.open(settings);
        Shop other = one.openReplica(settings)) {
      Books before = one.takeStock();
      List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Shop replica = i % 2 == 0 ? one : other;
        String payment = one.signature();
        calls.add(() -> replica.buy(payment, Shop.magic("/sandbox/slow/1000")));
      }

      List<HttpResponse<String>> answers = AtOnce.run(calls, 30);

      assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 429);
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
      assertThat(one.since(before).upstream()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("what one replica sold the other one gives again, and to no other request")
  void replay() throws Exception {
    String signature = first.signature();
    HttpResponse<String> sold = first.buy(signature);
    Books before = first.takeStock();

    HttpResponse<String> again = second.buy(signature);
    HttpResponse<String> other = second.buy(signature, Shop.magic("/other.jpg"));

    assertThat(sold.statusCode()).as(sold.body()).isEqualTo(200);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(Shop.json(again).path("data")).isEqualTo(Shop.json(sold).path("data"));
    assertThat(again.headers().firstValue("PAYMENT-RESPONSE"))
        .isEqualTo(sold.headers().firstValue("PAYMENT-RESPONSE"));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(Shop.json(other).path("error").asText()).isEqualTo("payment_used");
    assertThat(first.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
  }

  @Test
  @DisplayName("what one replica could not settle the other one ends, without a second call")
  void finishes() throws Exception {
    String signature = first.signature();
    Books before = first.takeStock();
    first.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
    HttpResponse<String> unknown = first.buy(signature);
    first.facilitator().behave();

    HttpResponse<String> ended = second.buy(signature);

    assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(503);
    assertThat(Shop.json(unknown).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
    Books done = first.since(before);
    assertThat(done.upstream()).isEqualTo(1);
    assertThat(done.settled()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0} calls")
  @ValueSource(ints = {1, 3})
  @DisplayName("50 uses of a token at once over two replicas: as many calls as were bought")
  void token(int calls) throws Exception {
    String token = bought(calls);
    Books before = first.takeStock();
    List<Callable<HttpResponse<String>>> uses = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Shop replica = i % 2 == 0 ? first : second;
      String body = Shop.magic("/" + i + ".jpg");
      uses.add(() -> replica.post(Shop.SERVICE, body, "X-Payment-Token", token));
    }

    List<HttpResponse<String>> answers = AtOnce.run(uses, 30);

    Books done = first.since(before);
    assertThat(done.upstream()).isEqualTo(calls);
    assertThat(done.settled()).isZero();
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(calls);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() != 200)
        .extracting(HttpResponse::statusCode)
        .isSubsetOf(402, 409);
  }

  private static String bought(int calls) throws Exception {
    String order = "{\"serviceId\":\"masked-face-comparison\",\"calls\":" + calls + "}";
    HttpResponse<String> pending = first.post("/api/payments", order);
    assertThat(pending.statusCode()).as(pending.body()).isEqualTo(201);
    JsonNode payment = Shop.json(pending);
    JsonNode shown = payment.has("token") ? payment : payment.path("data");
    String pay = "/api/payments/" + shown.path("paymentId").asText() + "/pay";
    ObjectNode demand = Shop.demand(first.post(pay, ""));
    String signature = Shop.encode(first.wallet().sign(demand, demand.at("/accepts/0")));
    HttpResponse<String> paid = second.post(pay, "", "PAYMENT-SIGNATURE", signature);
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    return shown.path("token").asText();
  }
}
