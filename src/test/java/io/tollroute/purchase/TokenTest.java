package io.tollroute.purchase;

import static io.tollroute.testing.TokenBuyer.PAYMENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

  private static final String ORDER = "{\"serviceId\":\"masked-face-comparison\"}";

  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @Nested
  @DisplayName("ordering a token")
  class Ordering {

    @Test
    @DisplayName("answers 201 with all fields of the payment, its token and how to pay it")
    void fields() throws Exception {
      HttpResponse<String> answer = shop.post(PAYMENTS, ORDER);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
      JsonNode payment = Shop.json(answer);
      assertThat(payment.path("paymentId").asText()).matches("pay_[A-Za-z0-9_-]{24}");
      assertThat(payment.path("serviceId").asText()).isEqualTo("masked-face-comparison");
      assertThat(payment.path("internalServiceId").asText())
          .isEqualTo("aliyun-facebody-compare-face-with-mask");
      assertThat(payment.path("provider").asText()).isEqualTo("x402_facilitator");
      assertThat(payment.path("providerId").asText()).isEqualTo("x402");
      assertThat(payment.path("amountCents").asInt()).isEqualTo(20);
      assertThat(payment.path("currency").asText()).isEqualTo("USD");
      assertThat(payment.path("billingMode").asText()).isEqualTo("per_call");
      assertThat(payment.path("maxCalls").asInt()).isEqualTo(1);
      assertThat(payment.path("remainingCalls").asInt()).isEqualTo(1);
      assertThat(payment.path("status").asText()).isEqualTo("pending");
      assertThat(payment.path("payTo").asText()).startsWith("0x");
      assertThat(payment.path("createdAt").asText()).endsWith("Z");
      assertThat(payment.path("expiresAt").asText()).endsWith("Z");
      assertThat(payment.path("paidAt").isNull()).isTrue();
      assertThat(payment.path("token").asText()).matches("tok_[A-Za-z0-9_-]{43}");
      assertThat(payment.at("/accepts/0/amount").asText()).isEqualTo("200000");
      assertThat(payment.at("/pay/url").asText())
          .isEqualTo(shop.base() + PAYMENTS + "/" + payment.path("paymentId").asText() + "/pay");
      assertNothingHappened();
    }

    @Test
    @DisplayName("takes the legacy id of a service and several calls")
    void severalCalls() throws Exception {
      JsonNode payment =
          Shop.json(
              shop.post(
                  PAYMENTS,
                  "{\"serviceId\":\"aliyun-facebody-compare-face-with-mask\",\"calls\":3}"));

      assertThat(payment.path("serviceId").asText()).isEqualTo("masked-face-comparison");
      assertThat(payment.path("amountCents").asInt()).isEqualTo(60);
      assertThat(payment.path("maxCalls").asInt()).isEqualTo(3);
      assertThat(payment.at("/accepts/0/amount").asText()).isEqualTo("600000");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{\"serviceId\":\"none-such\"} | unknown_service | 404 | /serviceId",
          "{} | invalid_request | 400 | /serviceId",
          "{\"serviceId\":1} | invalid_request | 400 | /serviceId",
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":0} | invalid_request | 400 | /calls",
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":-1} | invalid_request | 400 | /calls",
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":1.5} | invalid_request | 400 | /calls",
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":\"2\"} | invalid_request | 400 | /calls",
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":1001} | invalid_request | 400 | /calls",
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":1e30} | invalid_request | 400 | /calls",
          "{\"serviceId\":\"masked-face-comparison\",\"price\":1} | invalid_request | 400 | /price",
          "{\"serviceId\":\"masked-face-comparison\",\"amountCents\":1} | invalid_request | 400 |"
              + " /amountCents",
          "{\"serviceId\":\"masked-face-comparison\",\"status\":\"paid\"} | invalid_request | 400 |"
              + " /status",
          "{\"serviceId\":\"masked-face-comparison\",\"token\":\"x\"} | misplaced_token | 400 |"
              + " ''",
          "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"cash\"} | invalid_request | 400 |"
              + " /providerId",
          "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"} | invalid_request |"
              + " 400 | /providerId",
          "{\"serviceId\":\"masked-face-comparison\",\"payer\":\"0x1\"} | invalid_request | 400 |"
              + " /payer",
          "{\"serviceId\":\"masked-face-comparison\",\"payer\":"
              + "\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAec\"} | invalid_request | 400 | /payer",
          "{\"serviceId\":\"masked-face-comparison\",\"payer\":"
              + "\"0x0000000000000000000000000000000000000000\"} | invalid_request | 400 | /payer",
          "[] | malformed_request | 400 | ''",
          "{\"serviceId\":\"a\",\"serviceId\":\"b\"} | malformed_request | 400 | /serviceId",
        })
    @DisplayName("is refused with one clear error when it asks for what cannot be bought")
    void refused(String body, String word, int status, String param) throws Exception {
      HttpResponse<String> answer = shop.post(PAYMENTS, body);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
      assertThat(Shop.json(answer).path("param").asText()).isEqualTo(param);
      assertNothingHappened();
    }

    @Test
    @DisplayName("A payer whose checksum is wrong is refused with the right spelling of his digits")
    void mistypedPayer() throws Exception {
      HttpResponse<String> answer =
          shop.post(PAYMENTS, orderOf("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("message").asText())
          .contains("EIP-55", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
      assertThat(
              shop.post(PAYMENTS, orderOf("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"))
                  .statusCode())
          .isEqualTo(201);
      assertThat(
              shop.post(PAYMENTS, orderOf("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"))
                  .statusCode())
          .isEqualTo(201);
    }

    private static String orderOf(String payer) {
      return "{\"serviceId\":\"masked-face-comparison\",\"payer\":\"" + payer + "\"}";
    }

    @Test
    @DisplayName("the same Idempotency-Key and order are one payment, with the same token")
    void idempotent() throws Exception {
      String key = UUID.randomUUID().toString();

      HttpResponse<String> first = shop.post(PAYMENTS, ORDER, "Idempotency-Key", key);
      HttpResponse<String> again = shop.post(PAYMENTS, ORDER, "Idempotency-Key", key);
      HttpResponse<String> quoted = shop.post(PAYMENTS, ORDER, "Idempotency-Key", '"' + key + '"');
      HttpResponse<String> other =
          shop.post(
              PAYMENTS,
              "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}",
              "Idempotency-Key",
              key);

      assertThat(first.statusCode()).isEqualTo(201);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(quoted.body()).isEqualTo(first.body());
      assertThat(other.statusCode()).isEqualTo(409);
      assertThat(Shop.json(other).path("error").asText()).isEqualTo("idempotency_key_used");
    }

    @Test
    @DisplayName("fifty orders with one Idempotency-Key at once are one payment")
    void idempotentAtOnce() throws Exception {
      String key = UUID.randomUUID().toString();

      List<HttpResponse<String>> answers =
          atOnce(50, i -> shop.post(PAYMENTS, ORDER, "Idempotency-Key", key));

      assertThat(answers).allMatch(answer -> answer.statusCode() == 201);
      assertThat(answers).extracting(HttpResponse::body).containsOnly(answers.get(0).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "", "has spaces in it and more", "ünïcödé-ünïcödé-ünï"})
    @DisplayName("an Idempotency-Key that could be guessed is refused")
    void guessable(String key) throws Exception {
      HttpResponse<String> answer = shop.post(PAYMENTS, ORDER, "Idempotency-Key", key);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("invalid_idempotency_key");
    }

    @Test
    @DisplayName("GET shows it without the token; an id that nobody was given is 404")
    void shown() throws Exception {
      JsonNode ordered = order(1);

      HttpResponse<String> shown = shop.get(PAYMENTS + "/" + ordered.path("paymentId").asText());
      HttpResponse<String> unknown = shop.get(PAYMENTS + "/pay_AAAAAAAAAAAAAAAAAAAAAAAA");

      assertThat(shown.statusCode()).isEqualTo(200);
      assertThat(Shop.json(shown).has("token")).isFalse();
      assertThat(shown.body()).doesNotContain(ordered.path("token").asText());
      assertThat(Shop.json(shown).path("status").asText()).isEqualTo("pending");
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(Shop.json(unknown).path("error").asText()).isEqualTo("unknown_payment");
    }
  }

  @Nested
  @DisplayName("paying")
  class Paying {

    @Test
    @DisplayName("402 with its own terms, then 200 and paid, and the token is good for one call")
    void pays() throws Exception {
      JsonNode ordered = order(1);
      String pay = path(ordered) + "/pay";

      HttpResponse<String> demand = shop.post(pay, "");
      assertThat(demand.statusCode()).isEqualTo(402);
      ObjectNode terms = Shop.demand(demand);
      assertThat(terms.at("/resource/url").asText()).isEqualTo(shop.base() + pay);
      HttpResponse<String> paid = pay(ordered);

      assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
      assertThat(paid.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
      assertThat(Shop.json(paid).path("status").asText()).isEqualTo("paid");
      assertThat(Shop.json(paid).has("token")).isFalse();
      assertThat(shop.since(before).income()).isEqualTo(200000);
      HttpResponse<String> called = call(ordered, Shop.BODY);
      assertThat(called.statusCode()).as(called.body()).isEqualTo(200);
      assertThat(called.headers().firstValue("X-Payment-Receipt").orElseThrow())
          .contains("\"remainingCalls\":0");
      assertThat(Shop.json(shop.get(path(ordered))).path("status").asText()).isEqualTo("exhausted");
      Books after = shop.since(before);
      assertThat(after.upstream()).isEqualTo(1);
      assertThat(after.settled()).isEqualTo(1);
    }

    @Test
    @DisplayName(
        "POST /api/payments with a signature buys and pays in one; a lost answer comes again")
    void buysAtOnce() throws Exception {
      JsonNode offer = order(2);
      ObjectNode terms = (ObjectNode) offer.deepCopy();
      String signature = Shop.encode(signFor(terms, shop.base() + PAYMENTS));
      String body = "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}";

      HttpResponse<String> bought = shop.post(PAYMENTS, body, "PAYMENT-SIGNATURE", signature);
      HttpResponse<String> again = shop.post(PAYMENTS, body, "PAYMENT-SIGNATURE", signature);

      assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
      assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
      assertThat(again.body()).isEqualTo(bought.body());
      JsonNode payment = Shop.json(bought);
      assertThat(payment.path("status").asText()).isEqualTo("paid");
      assertThat(shop.since(before).income()).isEqualTo(400000);
      assertThat(call(payment, Shop.BODY).statusCode()).isEqualTo(200);
      assertThat(call(payment, body(1)).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).upstream()).isEqualTo(2);
    }

    @Test
    @DisplayName("an order asks for a signature, not for a token, and says nothing that is null")
    void askedFor() throws Exception {
      String demand = shop.post(path(order(3)) + "/pay", "").body();

      assertThat(demand).contains("X-PAYMENT (x402 v1)").doesNotContain("X-Payment-Token");
      assertThat(demand).doesNotContain("maxCalls").doesNotContain("null");
    }

    @Test
    @DisplayName("a payment that is paid cannot be paid again: 409, and nothing moves")
    void paidTwice() throws Exception {
      JsonNode ordered = order(1);
      assertThat(pay(ordered).statusCode()).isEqualTo(200);

      HttpResponse<String> demanded = shop.post(path(ordered) + "/pay", "");
      HttpResponse<String> again = pay(ordered);

      assertThat(demanded.statusCode()).isEqualTo(409);
      assertThat(again.statusCode()).isEqualTo(409);
      assertThat(Shop.json(again).path("error").asText()).isEqualTo("payment_not_payable");
      assertThat(Shop.json(again).path("reason").asText()).isEqualTo("payment_paid");
      assertThat(shop.since(before).settled()).isEqualTo(1);
    }

    @Test
    @DisplayName("twenty signatures for one payment at once move money once")
    void paidAtOnce() throws Exception {
      JsonNode ordered = order(1);
      List<String> signatures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        signatures.add(signature(ordered));
      }

      List<HttpResponse<String>> answers =
          atOnce(
              20,
              i -> shop.post(path(ordered) + "/pay", "", "PAYMENT-SIGNATURE", signatures.get(i)));

      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() != 200)
          .allMatch(answer -> answer.statusCode() == 409);
      assertThat(shop.since(before).income()).isEqualTo(200000);
    }

    @Test
    @DisplayName("a payment bound to a payer is paid by nobody else")
    void boundPayer() throws Exception {
      JsonNode ordered =
          Shop.json(
              shop.post(
                  PAYMENTS,
                  "{\"serviceId\":\"masked-face-comparison\",\"payer\":"
                      + "\"0x00000000000000000000000000000000000000aa\"}"));

      HttpResponse<String> answer = pay(ordered);

      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("payment_of_another_payer");
      assertThat(shop.since(before).settled()).isZero();
    }

    @Test
    @DisplayName("a signature for one payment does not pay another, nor a service")
    void foreign() throws Exception {
      JsonNode one = order(1);
      JsonNode other = order(1);
      String signature = signature(one);

      HttpResponse<String> otherPaid =
          shop.post(path(other) + "/pay", "", "PAYMENT-SIGNATURE", signature);
      HttpResponse<String> service = shop.buy(signature);

      assertThat(otherPaid.statusCode()).isEqualTo(402);
      assertThat(Shop.json(otherPaid).path("reason").asText()).isEqualTo("resource_mismatch");
      assertThat(service.statusCode()).isEqualTo(402);
      assertThat(shop.since(before).settled()).isZero();
    }
  }

  @Nested
  @DisplayName("using a token")
  class Using {

    @Test
    @DisplayName("a token that is not paid is 402 token_pending, without work")
    void pending() throws Exception {
      assertRefused(call(order(1), Shop.BODY), "token_pending");
    }

    @Test
    @DisplayName("a token that was never sold is 402 of the same shape")
    void unknown() throws Exception {
      HttpResponse<String> unknown =
          shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", "tok_" + "A".repeat(43));

      assertRefused(unknown, "unknown_token");
      assertThat(Shop.json(unknown).properties().stream().map(entry -> entry.getKey()).toList())
          .isEqualTo(
              Shop.json(call(order(1), Shop.BODY)).properties().stream()
                  .map(entry -> entry.getKey())
                  .toList());
    }

    @Test
    @DisplayName("used up: the same request gets the same answer, another one 402")
    void exhausted() throws Exception {
      JsonNode token = paid(1);
      HttpResponse<String> first = call(token, Shop.BODY);

      HttpResponse<String> same = call(token, Shop.BODY);
      HttpResponse<String> other = call(token, body(2));

      assertThat(same.statusCode()).isEqualTo(200);
      assertThat(same.body()).isEqualTo(first.body());
      assertThat(same.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(other.statusCode()).isEqualTo(402);
      assertThat(Shop.json(other).path("reason").asText()).isEqualTo("token_exhausted");
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }

    @Test
    @DisplayName("fifty different requests with a single-call token: one call")
    void once() throws Exception {
      JsonNode token = paid(1);

      List<HttpResponse<String>> answers = atOnce(50, i -> call(token, body(i)));

      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() != 200)
          .allMatch(answer -> answer.statusCode() == 402 || answer.statusCode() == 409);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }

    @Test
    @DisplayName("fifty copies of one request with a single-call token: one call, one answer")
    void copies() throws Exception {
      JsonNode token = paid(1);

      List<HttpResponse<String>> answers = atOnce(50, i -> call(token, Shop.BODY));

      assertThat(answers)
          .allMatch(answer -> answer.statusCode() == 200 || answer.statusCode() == 409);
      assertThat(
              answers.stream().filter(answer -> answer.statusCode() == 200).map(HttpResponse::body))
          .containsOnly(call(token, Shop.BODY).body());
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }

    @Test
    @DisplayName("fifty requests with a token for three calls: three calls")
    void thrice() throws Exception {
      JsonNode token = paid(3);

      List<HttpResponse<String>> answers = atOnce(50, i -> call(token, body(i)));

      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(3);
      assertThat(shop.since(before).upstream()).isEqualTo(3);
      assertThat(Shop.json(shop.get(path(token))).path("remainingCalls").asInt()).isZero();
    }

    @Test
    @DisplayName("a use comes back when the upstream fails, once")
    void givenBack() throws Exception {
      JsonNode token = paid(1);

      HttpResponse<String> failed = call(token, Shop.magic("/sandbox/error/InternalError"));

      assertThat(failed.statusCode()).as(failed.body()).isGreaterThanOrEqualTo(500);
      assertThat(Shop.json(failed).path("charged").asText()).isEqualTo("no");
      assertThat(Shop.json(shop.get(path(token))).path("remainingCalls").asInt()).isEqualTo(1);
      assertThat(call(token, Shop.BODY).statusCode()).isEqualTo(200);
      assertThat(call(token, body(7)).statusCode()).isEqualTo(402);
    }

    @Test
    @DisplayName("an Idempotency-Key makes one use of a token for several calls one call")
    void named() throws Exception {
      JsonNode token = paid(3);
      String key = UUID.randomUUID().toString();

      HttpResponse<String> first = named(token, Shop.BODY, key);
      HttpResponse<String> again = named(token, Shop.BODY, key);
      HttpResponse<String> other = named(token, body(1), key);

      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(other.statusCode()).isEqualTo(409);
      assertThat(Shop.json(other).path("error").asText()).isEqualTo("idempotency_key_used");
      assertThat(Shop.json(shop.get(path(token))).path("remainingCalls").asInt()).isEqualTo(2);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }

    private HttpResponse<String> named(JsonNode token, String body, String key) throws Exception {
      return shop.post(
          Shop.SERVICE,
          body,
          "X-Payment-Token",
          token.path("token").asText(),
          "Idempotency-Key",
          key);
    }
  }

  private void assertNothingHappened() throws Exception {
    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
  }

  private void assertRefused(HttpResponse<String> answer, String reason) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_refused");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo(reason);
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
    assertNothingHappened();
  }

  private static JsonNode order(int calls) throws Exception {
    return Shop.json(
        shop.post(PAYMENTS, "{\"serviceId\":\"masked-face-comparison\",\"calls\":" + calls + "}"));
  }

  private static String path(JsonNode payment) {
    return PAYMENTS + "/" + payment.path("paymentId").asText();
  }

  private static ObjectNode signFor(ObjectNode terms, String resource) throws Exception {
    ObjectNode demand = terms.deepCopy();
    demand.withObject("/resource").put("url", resource);
    return shop.wallet().sign(demand, demand.path("accepts").path(0));
  }

  private static String signature(JsonNode ordered) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(path(ordered) + "/pay", ""));
    return Shop.encode(shop.wallet().sign(demand, demand.path("accepts").path(0)));
  }

  private static HttpResponse<String> pay(JsonNode ordered) throws Exception {
    ObjectNode demand = (ObjectNode) ordered;
    ObjectNode payment = shop.wallet().sign(demand, demand.path("accepts").path(0));
    return shop.post(path(ordered) + "/pay", "", "PAYMENT-SIGNATURE", Shop.encode(payment));
  }

  private JsonNode paid(int calls) throws Exception {
    JsonNode ordered = order(calls);
    HttpResponse<String> paid = pay(ordered);
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    return ordered;
  }

  private static HttpResponse<String> call(JsonNode payment, String body) throws Exception {
    return shop.post(Shop.SERVICE, body, "X-Payment-Token", payment.path("token").asText());
  }

  private static String body(int i) {
    return Shop.BODY.replace("/a.jpg", "/a" + i + ".jpg");
  }

  private interface Numbered {
    HttpResponse<String> call(int i) throws Exception;
  }

  private static List<HttpResponse<String>> atOnce(int count, Numbered call) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        calls.add(() -> call.call(number));
      }
      List<HttpResponse<String>> answers = new ArrayList<>();
      for (Future<HttpResponse<String>> answer : pool.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      pool.shutdownNow();
    }
  }
}
