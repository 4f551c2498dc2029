package io.tollroute.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
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

/** What one caller may ask for at a time, through the whole product. */
class CallerLimitsIT {

  private static final int CALLS = 4;
  private static final int BURST = 20;
  private static final int REFUSED = 30;
  private static final String SLOW = Shop.magic("/sandbox/slow/1000");

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_LIMITS_CALLS_IN_FLIGHT",
                Integer.toString(CALLS),
                "TOLLROUTE_LIMITS_UNPAID_PER_SECOND",
                "10",
                "TOLLROUTE_LIMITS_UNPAID_BURST",
                Integer.toString(BURST),
                "TOLLROUTE_LIMITS_REFUSED_PAYMENTS_PER_MINUTE",
                Integer.toString(REFUSED),
                "TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS",
                "20",
                "TOLLROUTE_HTTP_TRUSTED_PROXIES",
                "127.0.0.1"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  private static HttpResponse<String> from(String address, String... headers) throws Exception {
    String[] all = new String[headers.length + 2];
    all[0] = "X-Forwarded-For";
    all[1] = address;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return shop.post(Shop.SERVICE, Shop.BODY, all);
  }

  /** A payment whose terms were asked for from an address that nobody else has. */
  private static ObjectNode payment(SandboxWallet wallet) throws Exception {
    ObjectNode demand = Shop.demand(from("2001:db8:0:" + Integer.toHexString(fresh++) + "::1"));
    return wallet.sign(demand, demand.at("/accepts/0"));
  }

  private static int fresh = 1;

  private static String signature() throws Exception {
    return Shop.encode(payment(shop.wallet()));
  }

  private static CompletableFuture<HttpResponse<String>> call(
      String payment, String body, String address) {
    return shop.client()
        .sendAsync(
            HttpRequest.newBuilder(shop.base().resolve(Shop.SERVICE))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("PAYMENT-SIGNATURE", payment)
                .header("X-Forwarded-For", address)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static void assertTooMany(HttpResponse<String> answer, String limit) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("too_many_requests");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(Shop.json(answer).path("retryable").asBoolean()).isTrue();
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(limit);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isPositive();
    assertThat(answer.headers().firstValue("RateLimit-Remaining")).contains("0");
    assertThat(answer.headers().firstValue("RateLimit-Reset"))
        .isEqualTo(answer.headers().firstValue("Retry-After"));
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
  }

  @Test
  @DisplayName("calls of a payer beyond those that may be in flight are 429 and uncharged")
  void inFlight() throws Exception {
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < CALLS + 3; i++) {
      payments.add(signature());
    }
    Books before = shop.takeStock();

    List<CompletableFuture<HttpResponse<String>>> calls =
        payments.stream().map(payment -> call(payment, SLOW, "198.51.100.1")).toList();
    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(CALLS);
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() != 200) {
        assertTooMany(answer, "calls_in_flight");
        assertThat(answer.headers().firstValue("RateLimit-Limit")).contains("" + CALLS);
        assertThat(answer.headers().firstValue("RateLimit-Policy")).isEmpty();
      }
    }
    Books moved = shop.since(before);
    assertThat(moved.upstream()).isEqualTo(CALLS);
    assertThat(moved.settled()).isEqualTo(CALLS);
    assertThat(moved.settleCalls()).isEqualTo(CALLS);

    int late =
        answers.indexOf(
            answers.stream()
                .filter(answer -> answer.statusCode() == 429)
                .findFirst()
                .orElseThrow());
    assertThat(call(payments.get(late), Shop.BODY, "198.51.100.1").join().statusCode())
        .as("the payment that was too much is still good")
        .isEqualTo(200);
  }

  @Test
  @DisplayName("a payer has as many places wherever he calls from")
  void manyAddresses() throws Exception {
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < CALLS + 3; i++) {
      payments.add(signature());
    }
    Books before = shop.takeStock();

    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < payments.size(); i++) {
      calls.add(call(payments.get(i), SLOW, "198.51.100." + i));
    }

    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(CALLS);
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() != 200) {
        assertTooMany(answer, "calls_in_flight");
      }
    }
    assertThat(shop.since(before).upstream()).isEqualTo(CALLS);
    assertThat(shop.since(before).settled()).isEqualTo(CALLS);
  }

  @Test
  @DisplayName("whoever names another's address as payer takes none of his places")
  void stranger() throws Exception {
    List<String> forged = new ArrayList<>();
    for (int i = 0; i < 3 * CALLS; i++) {
      // as long as a contract wallet's, so that only the facilitator can say that it is none
      forged.add(Shop.encode(Forger.withSignature(payment(shop.wallet()), "0x" + "ab".repeat(97))));
    }
    String honest = signature();
    CountDownLatch released = new CountDownLatch(1);
    shop.facilitator()
        .on(
            "verify",
            body -> forged.stream().anyMatch(payment -> isOf(payment, body)),
            FaultyFacilitator.holdingUntil(released));

    List<CompletableFuture<HttpResponse<String>>> flood =
        forged.stream().map(payment -> call(payment, Shop.BODY, "203.0.113.66")).toList();
    Shop.await(
        () -> flood.stream().filter(CompletableFuture::isDone).count() == forged.size() - CALLS);
    HttpResponse<String> answer = call(honest, Shop.BODY, "198.51.100.1").join();
    released.countDown();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(flood.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
        .containsOnly(402, 429);
  }

  @Test
  @DisplayName("whose settlements are slow keeps his places and nobody else's")
  void slowSettlements() throws Exception {
    SandboxWallet honest = SandboxWallet.empty(Clock.systemUTC());
    fund(honest);
    List<String> slow = new ArrayList<>();
    for (int i = 0; i < 3 * CALLS; i++) {
      slow.add(signature());
    }
    String other = Shop.encode(payment(honest));
    Books before = shop.takeStock();
    CountDownLatch released = new CountDownLatch(1);
    shop.facilitator()
        .on(
            "settle",
            body -> slow.stream().anyMatch(payment -> isOf(payment, body)),
            FaultyFacilitator.holdingUntil(released));

    List<CompletableFuture<HttpResponse<String>>> flood =
        slow.stream().map(payment -> call(payment, Shop.BODY, "203.0.113.67")).toList();
    Shop.await(
        () ->
            flood.stream().filter(CompletableFuture::isDone).count() == slow.size() - CALLS
                && shop.since(before).settleCalls() == CALLS);
    HttpResponse<String> answer = call(other, Shop.BODY, "198.51.100.67").join();
    Books meanwhile = shop.since(before);
    released.countDown();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(meanwhile.settled()).isEqualTo(1);
    for (CompletableFuture<HttpResponse<String>> call : flood) {
      if (call.join().statusCode() != 200) {
        assertTooMany(call.join(), "calls_in_flight");
      }
    }
    assertThat(flood).filteredOn(call -> call.join().statusCode() == 200).hasSize(CALLS);
    assertThat(shop.since(before).settled()).isEqualTo(CALLS + 1);
    assertThat(shop.since(before).upstream()).isEqualTo(CALLS + 1);
  }

  /** Gives a wallet the price of one call, past the shop. */
  private static void fund(SandboxWallet wallet) throws Exception {
    ObjectNode demand = Shop.demand(from("2001:db8:0:" + Integer.toHexString(fresh++) + "::1"));
    ObjectNode gift = ((ObjectNode) demand.at("/accepts/0")).deepCopy();
    gift.put("payTo", wallet.address());
    ObjectNode request = (ObjectNode) Shop.json("{\"x402Version\":2}");
    request.set("paymentPayload", shop.wallet().sign(demand, gift));
    request.set("paymentRequirements", gift);
    HttpResponse<String> answer = shop.post("/sandbox/facilitator/settle", request.toString());
    assertThat(Shop.json(answer).path("success").asBoolean()).as(answer.body()).isTrue();
  }

  private static boolean isOf(String payment, String body) {
    try {
      String nonce = Shop.decode(payment).at("/payload/authorization/nonce").asText();
      return body.contains(nonce);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "answered",
        "rejected",
        "provider out of order",
        "input wrong",
        "unreadable",
        "signature wrong",
        "facilitator silent",
        "settlement lost",
        "another request"
      })
  @DisplayName("however a call ends, its place is free again")
  void freed(String ending) throws Exception {
    for (int i = 0; i < 2 * CALLS + 1; i++) {
      HttpResponse<String> answer = end(ending);
      assertThat(answer.statusCode()).as(answer.body()).isNotEqualTo(429);
    }

    // the answer goes out a moment before the call has ended
    Shop.await(() -> shop.bean("limitCalls", LimitCalls.class).holders() == 0);
    Shop.await(() -> shop.bean("limitVerifiedCalls", LimitCalls.class).holders() == 0);
  }

  private static HttpResponse<String> end(String ending) throws Exception {
    shop.facilitator().behave();
    String address = "198.51.100.1";
    switch (ending) {
      case "rejected":
        return call(signature(), Shop.magic("/sandbox/error/InvalidImage.NotFoundFace"), address)
            .join();
      case "provider out of order":
        return call(signature(), Shop.magic("/sandbox/error/ServiceUnavailable"), address).join();
      case "input wrong":
        return call(signature(), "{}", address).join();
      case "unreadable":
        return call(signature(), "{", address).join();
      case "signature wrong":
        ObjectNode payment = payment(shop.wallet());
        ((ObjectNode) payment.path("payload"))
            .put("signature", payment(shop.wallet()).at("/payload/signature").asText());
        return call(Shop.encode(payment), Shop.BODY, address).join();
      case "facilitator silent":
        String unlucky = signature();
        shop.facilitator().on("verify", FaultyFacilitator.hangingUp());
        return call(unlucky, Shop.BODY, address).join();
      case "settlement lost":
        String lost = signature();
        shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
        return call(lost, Shop.BODY, address).join();
      case "another request":
        String twice = signature();
        call(twice, Shop.BODY, address).join();
        return call(twice, Shop.magic("/other.jpg"), address).join();
      default:
        return call(signature(), Shop.BODY, address).join();
    }
  }

  @Test
  @DisplayName("who hangs up holds his place until the work is done, and no longer")
  void hangingUp() throws Exception {
    Books before = shop.takeStock();
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      payments.add(signature());
      try (Socket socket = new Socket(shop.base().getHost(), shop.base().getPort())) {
        socket
            .getOutputStream()
            .write(
                RawHttp.post(
                        Shop.SERVICE,
                        SLOW,
                        "PAYMENT-SIGNATURE: " + payments.get(i),
                        "X-Forwarded-For: 198.51.100.1")
                    .getBytes(StandardCharsets.UTF_8));
        int calls = i + 1;
        Shop.await(() -> shop.facilitator().calls("verify") - before.verified() == calls);
      }
    }

    assertTooMany(call(signature(), Shop.BODY, "198.51.100.1").join(), "calls_in_flight");
    Shop.await(() -> shop.since(before).settled() == CALLS);
    Shop.await(() -> shop.bean("limitCalls", LimitCalls.class).holders() == 0);

    for (String payment : payments) {
      HttpResponse<String> answer = call(payment, SLOW, "198.51.100.1").join();
      assertThat(answer.statusCode()).as("the answer was kept").isEqualTo(200);
      assertThat(answer.headers().firstValue("Idempotent-Replayed")).contains("true");
    }
    assertThat(shop.since(before).upstream()).isEqualTo(CALLS);
    assertThat(shop.since(before).settled()).isEqualTo(CALLS);
  }

  @Test
  @DisplayName("an address that asks for prices too often is 429, and another is not")
  void unpaid() throws Exception {
    int told = 0;
    HttpResponse<String> answer = from("198.51.100.77");
    while (answer.statusCode() == 402 && told < 10 * BURST) {
      told++;
      answer = from("198.51.100.77");
    }

    assertThat(told).isBetween(BURST, 5 * BURST);
    assertTooMany(answer, "unpaid_per_second");
    assertThat(answer.headers().firstValue("RateLimit-Limit")).contains("" + BURST);
    assertThat(answer.headers().firstValue("RateLimit-Policy")).contains(BURST + ";w=2");
    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
        .contains("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset");
    assertThat(from("198.51.100.78").statusCode()).isEqualTo(402);

    Shop.await(() -> from("198.51.100.77").statusCode() == 402);
  }

  @Test
  @DisplayName("who guesses tokens is stopped, and by a limit of its own")
  void guessing() throws Exception {
    int guesses = 0;
    HttpResponse<String> answer = from("198.51.100.79", "X-Payment-Token", "guess");
    while (answer.statusCode() == 402 && guesses < 10 * REFUSED) {
      answer = from("198.51.100.79", "X-Payment-Token", "guess-" + guesses++);
    }

    assertThat(guesses).isLessThan(2 * REFUSED);
    assertTooMany(answer, "refused_payments_per_minute");
    assertThat(from("198.51.100.79").statusCode()).as("the price is told").isEqualTo(402);
  }

  @Test
  @DisplayName("what a caller writes into X-Forwarded-For changes nothing without a proxy")
  void spoofed() throws Exception {
    try (Shop direct =
        Shop.open(
            Map.of(
                "TOLLROUTE_LIMITS_UNPAID_PER_SECOND", "1", "TOLLROUTE_LIMITS_UNPAID_BURST", "5"))) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        statuses.add(
            direct
                .post(
                    Shop.SERVICE,
                    "",
                    "X-Forwarded-For",
                    "198.51.100." + i,
                    "Forwarded",
                    "for=198.51.100." + i,
                    "X-Real-IP",
                    "198.51.100." + i)
                .statusCode());
      }

      assertThat(statuses).startsWith(402, 402, 402, 402, 402).contains(429);
    }
  }

  @Test
  @DisplayName("tollroute.limits=off turns all of them off")
  void off() throws Exception {
    try (Shop open =
        Shop.open(
            Map.of(
                "TOLLROUTE_LIMITS",
                "off",
                "TOLLROUTE_LIMITS_CALLS_IN_FLIGHT",
                "1",
                "TOLLROUTE_LIMITS_UNPAID_PER_SECOND",
                "1",
                "TOLLROUTE_LIMITS_UNPAID_BURST",
                "1"))) {
      for (int i = 0; i < 5; i++) {
        assertThat(open.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
      }
      List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(open.base().resolve(Shop.SERVICE))
                .POST(HttpRequest.BodyPublishers.ofString(SLOW))
                .header("Content-Type", "application/json")
                .header("PAYMENT-SIGNATURE", open.signature())
                .build();
        calls.add(open.client().sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      assertThat(calls).allMatch(call -> call.join().statusCode() == 200);
    }
  }

  @Test
  @DisplayName("the wallet of another payer is not held up by one that has used its places")
  void anotherPayer() throws Exception {
    SandboxWallet other = SandboxWallet.empty(Clock.systemUTC());
    List<String> flood = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      flood.add(Shop.encode(payment(other)));
    }
    String honest = signature();
    Books before = shop.takeStock();
    CountDownLatch released = new CountDownLatch(1);
    String flooder = other.address().toLowerCase(java.util.Locale.ROOT);
    shop.facilitator()
        .on(
            "verify",
            body -> body.toLowerCase(java.util.Locale.ROOT).contains(flooder),
            FaultyFacilitator.holdingUntil(released));

    List<CompletableFuture<HttpResponse<String>>> calls =
        flood.stream().map(payment -> call(payment, Shop.BODY, "198.51.100.1")).toList();
    Shop.await(
        () -> calls.stream().filter(CompletableFuture::isDone).count() == flood.size() - CALLS);
    HttpResponse<String> answer = call(honest, Shop.BODY, "198.51.100.1").join();
    released.countDown();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Integer> statuses =
        calls.stream().map(CompletableFuture::join).map(HttpResponse::statusCode).toList();
    assertThat(statuses).filteredOn(status -> status == 429).hasSize(flood.size() - CALLS);
    assertThat(statuses).filteredOn(status -> status == 402).hasSize(CALLS);
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }
}
