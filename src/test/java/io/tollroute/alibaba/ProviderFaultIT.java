package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.testing.Books;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the buyer and the operator hear of each failure of Alibaba, which the sandbox plays. */
class ProviderFaultIT {

  private static final long PRICE = 200_000;

  /** What a code is for the buyer; independent of the product's own table. */
  private enum Fault {
    HIS("provider_rejected", 422, 1),
    OURS("provider_failed", 502, 1),
    THEIRS("provider_failed", 502, 1),
    LATE("provider_timeout", 504, 1),
    OUT_OF_ORDER("provider_unavailable", 503, 3),
    BUSY("provider_busy", 503, 3);

    private final String word;
    private final int status;
    private final int sends;

    Fault(String word, int status, int sends) {
      this.word = word;
      this.status = status;
      this.sends = sends;
    }
  }

  private static final Map<String, Fault> FAULTS = new HashMap<>();

  static {
    decide(
        Fault.HIS,
        "ParameterError",
        "IllegalUrlParameter",
        "ClientError.IllegalArgument",
        "InvalidImage.NotFoundFace",
        "InvalidImage.Region",
        "InvalidImage.RegionRecommend",
        "InvalidImage.Resolution",
        "InvalidImage.URL",
        "InvalidImage.Download",
        "InvalidImage.Timeout",
        "InvalidImage.Decode",
        "InvalidImage.Content",
        "InvalidImage.Whatever",
        "InvalidFile.Region",
        "InvalidFile.Resolution",
        "InvalidFile.URL",
        "InvalidFile.Download",
        "InvalidFile.Timeout",
        "InvalidFile.Decode",
        "InvalidFile.Content",
        "InvalidParameter.TooLarge");
    decide(
        Fault.OURS,
        "MissingParameter",
        "MissingImageURLA",
        "AuthFailed",
        "EntityNotExist.Role",
        "InvalidApi.NotPurchase",
        "InvalidApi.ForbiddenInvoke",
        "InvalidApi.OutOfService",
        "InvalidAccessKeyId.NotFound",
        "InvalidAccessKeyId.Inactive",
        "InvalidAccessKeySecret",
        "InvalidSecurityToken.Expired",
        "InvalidAction.NotFound",
        "InvalidVersion",
        "InvalidTimeStamp.Format",
        "InvalidTimeStamp.Expired",
        "SignatureDoesNotMatch",
        "SignatureNonceUsed",
        "IncompleteSignature",
        "NobodyHasDocumented.This");
    decide(Fault.THEIRS, "InternalError", "InternalError.Algo");
    decide(Fault.LATE, "Timeout", "InternalError.Timeout");
    decide(Fault.OUT_OF_ORDER, "ServiceUnavailable");
    decide(Fault.BUSY, "Throttling", "Throttling.User", "Throttling.Api");
  }

  private static Shop shop;
  private static LogLines log;

  private static void decide(Fault fault, String... codes) {
    for (String code : codes) {
      FAULTS.put(code, fault);
    }
  }

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
    log = LogLines.capture();
  }

  @AfterAll
  static void close() throws Exception {
    log.close();
    shop.close();
  }

  static Stream<Arguments> documented() throws IOException {
    try (InputStream table =
        SandboxAccount.class.getResourceAsStream("standin/alibaba-errors.json")) {
      JsonNode errors = new JsonMapper().readTree(table);
      Stream<String> documented =
          StreamSupport.stream(((Iterable<String>) errors::fieldNames).spliterator(), false);
      Stream<String> others =
          Stream.of(
              "InvalidImage.Whatever",
              "MissingImageURLA",
              "InvalidSecurityToken.Expired",
              "NobodyHasDocumented.This");
      return Stream.concat(documented, others)
          .map(
              code ->
                  Arguments.of(code, errors.path(code).path("message").asText("not a documented")));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documented")
  @DisplayName("an error code becomes our word, uncharged, with nothing of its text")
  void codes(String code, String text) throws Exception {
    Fault fault = FAULTS.get(code);
    assertThat(fault).as("what " + code + " is to the buyer").isNotNull();
    // whatever was said of the code before has been an hour ago
    shop.advance(Duration.ofMinutes(61));
    String payment = shop.signature();
    Books before = shop.takeStock();
    log.forget();

    HttpResponse<String> answer = shop.buy(payment, Shop.magic("/sandbox/error/" + code));

    assertRefusal(answer, fault.status, fault.word);
    assertThat(shop.since(before)).isEqualTo(new Books(fault.sends, 1, 0, 0, 0));
    JsonNode envelope = Shop.json(answer);
    if (fault == Fault.HIS) {
      assertThat(envelope.path("reason").asText()).isEqualTo(code);
      assertThat(envelope.path("message").asText()).isNotEqualTo(text).matches("[A-Z].*\\.");
      assertThat(envelope.path("retryable").asBoolean()).isFalse();
    } else {
      assertThat(envelope.has("reason")).isFalse();
      assertThat(answer.body()).doesNotContain("\"" + code + "\"");
      assertThat(envelope.path("retryable").asBoolean()).isTrue();
    }
    assertThat(answer.body() + answer.headers().map())
        .doesNotContain(
            text, "1234567890123456", "HostId", "troubleshoot", "aliyun", "tring to sign")
        .doesNotContain(SandboxAccount.ACCESS_KEY_ID, SandboxAccount.ACCESS_KEY_SECRET);
    assertLogged(code, text, fault == Fault.OURS);
    assertStillBuys(payment);
  }

  private static void assertLogged(String code, String text, boolean alert) {
    assertThat(log.lines())
        .anyMatch(
            line ->
                line.contains("code=" + code) && line.contains("alert=alibaba_account") == alert);
    assertThat(log.lines())
        .noneMatch(line -> line.contains(text))
        .noneMatch(line -> line.contains("1234567890123456"))
        .noneMatch(line -> line.contains("tring to sign"))
        .noneMatch(line -> line.contains("aliyuncs.com"))
        .noneMatch(line -> line.contains(SandboxAccount.ACCESS_KEY_ID))
        .noneMatch(line -> line.contains("images.example.com"));
  }

  @Test
  @DisplayName("throttled once: signed anew and sent again, answered and charged once")
  void throttled_once() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> answer =
        shop.buy(payment, Shop.magic("/sandbox/throttle-once/" + UUID.randomUUID()));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    // the stand-in refuses a nonce that it has seen, so the second call had another one
    assertThat(shop.since(before)).isEqualTo(new Books(2, 1, 1, 1, PRICE));
  }

  @ParameterizedTest
  @CsvSource({
    "reset, 502, provider_failed, 1",
    "html, 502, provider_failed, 1",
    "truncated, 502, provider_failed, 1",
    "huge, 502, provider_failed, 1",
    "empty, 502, provider_failed, 1",
    "nested, 502, provider_failed, 1",
    "no-data, 502, provider_failed, 1",
    "status-503, 503, provider_unavailable, 3",
    "drip, 504, provider_timeout, 1",
    "silent, 504, provider_timeout, 1"
  })
  @DisplayName("no usable answer: not charged, and not sent again blindly")
  void outages(String kind, int status, String word, int sends) throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> answer = shop.buy(payment, Shop.magic("/sandbox/outage/" + kind));

    assertRefusal(answer, status, word);
    assertThat(answer.body()).doesNotContain("Tengine", "html", "Confi");
    assertThat(shop.since(before)).isEqualTo(new Books(sends, 1, 0, 0, 0));
    assertStillBuys(payment);
  }

  @Test
  @DisplayName("a read timeout is 504 after exactly one call, for it may have been done and billed")
  void read_timeout() throws Exception {
    String payment = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> answer = shop.buy(payment, Shop.magic("/sandbox/slow/8000"));

    assertRefusal(answer, 504, "provider_timeout");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 0, 0, 0));
    assertStillBuys(payment);
  }

  @Test
  @DisplayName("an upstream slower than the payment's validity: not settled late, a new one is due")
  void outlasted() throws Exception {
    String payment = shop.signature();
    String body = Shop.magic("/sandbox/slow/900");
    Books before = shop.takeStock();
    CompletableFuture<HttpResponse<String>> call = send(payment, body);
    for (int i = 0; i < 400 && shop.upstreamCalls() == before.upstream(); i++) {
      Thread.sleep(5);
    }
    shop.advance(Duration.ofSeconds(295));

    HttpResponse<String> answer = call.get();

    assertRefusal(answer, 504, "provider_timeout");
    assertThat(Shop.json(answer).path("message").asText())
        .as("the usual sentence says that the payment is still good")
        .doesNotContain("still good");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 0, 0, 0));

    HttpResponse<String> again = shop.buy(payment, body);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(402);
    assertThat(Shop.json(again).path("charged").asText()).isEqualTo("no");
    assertThat(Shop.json(again).path("reason").asText())
        .isEqualTo("invalid_exact_evm_payload_authorization_valid_before");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "0.5"})
  @DisplayName("beyond the account's rate calls are refused before money moves")
  void rate(String callsPerSecond) throws Exception {
    try (Shop slow = Shop.open(Map.of("TOLLROUTE_ALIBABA_CALLS_PER_SECOND", callsPerSecond))) {
      List<String> payments = payments(slow, 10);
      Books before = slow.takeStock();

      List<CompletableFuture<HttpResponse<String>>> calls =
          payments.stream().map(payment -> send(slow, payment, Shop.BODY)).toList();
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get();

      int sold = 0;
      String refused = "";
      for (int i = 0; i < calls.size(); i++) {
        HttpResponse<String> answer = calls.get(i).get();
        if (answer.statusCode() == 200) {
          sold++;
        } else {
          assertRefusal(answer, 503, "provider_busy");
          assertThat(answer.headers().firstValue("Retry-After")).isPresent();
          refused = payments.get(i);
        }
      }
      int most = callsPerSecond.equals("2") ? 6 : 2;
      assertThat(sold).isBetween(1, most);
      assertThat(slow.since(before)).isEqualTo(new Books(sold, 10, sold, sold, sold * PRICE));

      HttpResponse<String> later = slow.buy(refused);
      for (int i = 0; i < 100 && later.statusCode() == 503; i++) {
        Thread.sleep(100);
        later = slow.buy(refused);
      }
      assertThat(later.statusCode()).as("the refused payment is still good").isEqualTo(200);
    }
  }

  private static List<String> payments(Shop from, int count) throws Exception {
    List<String> payments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      payments.add(from.signature());
    }
    return payments;
  }

  private static CompletableFuture<HttpResponse<String>> send(String payment, String body) {
    return send(shop, payment, body);
  }

  private static CompletableFuture<HttpResponse<String>> send(
      Shop to, String payment, String body) {
    return to.client()
        .sendAsync(
            HttpRequest.newBuilder(to.base().resolve(Shop.SERVICE))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("PAYMENT-SIGNATURE", payment)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static void assertRefusal(HttpResponse<String> answer, int status, String word)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(Shop.json(answer).path("data")).isEmpty();
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
    if (status == 503) {
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  private static void assertStillBuys(String payment) throws Exception {
    Books before = shop.takeStock();
    HttpResponse<String> answer = shop.buy(payment);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, PRICE));
  }
}
