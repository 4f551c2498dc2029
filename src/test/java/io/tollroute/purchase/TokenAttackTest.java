package io.tollroute.purchase;

import static io.tollroute.testing.Shop.ALIAS;
import static io.tollroute.testing.Shop.BODY;
import static io.tollroute.testing.Shop.SERVICE;
import static io.tollroute.testing.TokenBuyer.assertNotPayable;
import static io.tollroute.testing.TokenBuyer.assertRefused;
import static io.tollroute.testing.TokenBuyer.comparable;
import static io.tollroute.testing.TokenBuyer.v1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.TokenHash;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to get more from a token than was paid for it, or to have it paid twice. */
class TokenAttackTest {

  private static final String TWIN = "/api/tools/twin-face-comparison";
  private static final String DEAR = "/api/tools/dear-face-comparison";
  private static final Books NOTHING = new Books(0, 0, 0, 0, 0);
  private static final Duration LONG_AFTER = Duration.ofDays(366);

  @TempDir private static Path folder;
  private static FaceServices services;
  private static Shop shop;
  private static TokenBuyer buyer;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    services = new FaceServices(folder);
    services.write("masked-face-comparison", "0.20");
    services.write("twin-face-comparison", "0.20");
    services.write("dear-face-comparison", "0.50");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES",
                folder.toString(),
                "TOLLROUTE_SERVICES_POLL_MS",
                "50",
                "TOLLROUTE_PAYMENTS_PROVIDERS",
                "x402,manual"));
    buyer = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Nested
  @DisplayName("a token that is good for nothing")
  class Worthless {

    @Test
    @DisplayName("guesses find nothing, cost nothing, write nothing and look all the same")
    void guesses() throws Exception {
      SecureRandom random = new SecureRandom();
      JsonNode books = buyer.totals();
      for (int i = 0; i < 300; i++) {
        byte[] guess = new byte[32];
        random.nextBytes(guess);
        String token = "tok_" + Base64.getUrlEncoder().withoutPadding().encodeToString(guess);
        assertRefused(shop.post(SERVICE, BODY, "X-Payment-Token", token), "unknown_token");
      }
      assertThat(buyer.totals()).isEqualTo(books);
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("the database holds the hash of a token and no part of the token")
    void stored() throws Exception {
      ObjectNode token = buyer.paid(2);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);

      String database = databaseBytes();

      String secret = TokenBuyer.token(token);
      assertThat(Base64.getUrlDecoder().decode(secret.substring("tok_".length()))).hasSize(32);
      assertThat(database).contains(TokenHash.of(secret).hex());
      for (int i = 4; i + 12 <= secret.length(); i++) {
        assertThat(database).doesNotContain(secret.substring(i, i + 12));
      }
    }

    @Test
    @DisplayName("a token that begins or ends like a real one is as unknown as any other")
    void almost() throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();
      String secret = TokenBuyer.token(token);
      String unlike = "0123456789-_".repeat(4).substring(0, secret.length() - 4);
      String any =
          comparable(
              shop.post(SERVICE, BODY, "X-Payment-Token", "tok_" + "A".repeat(unlike.length())));

      for (int same : new int[] {4, 5, 20, 40, secret.length() - 1}) {
        String near = secret.substring(0, same) + unlike.substring(same - 4);
        HttpResponse<String> answer = shop.post(SERVICE, BODY, "X-Payment-Token", near);
        assertRefused(answer, "unknown_token");
        assertThat(comparable(answer)).isEqualTo(any);
      }
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("ordered and not paid in time: expired, for its use and for paying it")
    void expiredPending() throws Exception {
      ObjectNode ordered = buyer.order(1);
      shop.advance(Duration.ofSeconds(3601));

      assertRefused(buyer.use(ordered), "token_expired");
      assertNotPayable(shop.post(TokenBuyer.path(ordered) + "/pay", ""), "payment_expired");
      assertNotPayable(buyer.pay(ordered), "payment_expired");
      assertThat(buyer.status(ordered)).isEqualTo("expired");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("paid and used too late: expired, without work")
    void expiredPaid() throws Exception {
      ObjectNode token = buyer.paid(2);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      before = shop.takeStock();
      shop.advance(LONG_AFTER);

      assertRefused(buyer.use(token, Shop.magic("/late.jpg")), "token_expired");
      assertThat(buyer.status(token)).isEqualTo("expired");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("used up: 402 exhausted, with the terms, at both addresses, without work")
    void exhausted() throws Exception {
      ObjectNode token = buyer.paid(1);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      before = shop.takeStock();

      assertRefused(buyer.use(token, Shop.magic("/c.jpg")), "token_exhausted");
      assertRefused(buyer.use(token, ALIAS, Shop.magic("/c.jpg")), "token_exhausted");
      assertThat(buyer.status(token)).isEqualTo("exhausted");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("paid back by the operator: 402 refunded, and it can be neither used nor paid")
    void refunded() throws Exception {
      ObjectNode token = buyer.paid(3);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      HttpResponse<String> refund =
          buyer.manage("POST", "payments/" + token.path("paymentId").asText() + "/refund", "{}");
      assertThat(refund.statusCode()).as(refund.body()).isEqualTo(200);
      assertThat(Shop.json(refund).path("refundedCents").asInt()).isEqualTo(40);
      before = shop.takeStock();

      assertRefused(buyer.use(token, Shop.magic("/b.jpg")), "token_refunded");
      assertNotPayable(buyer.pay(token), "payment_refunded");
      assertThat(buyer.status(token)).isEqualTo("refunded");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }
  }

  @Nested
  @DisplayName("a token in the wrong place")
  class Misplaced {

    @ParameterizedTest
    @ValueSource(strings = {TWIN, DEAR})
    @DisplayName("at another service it is refused, and still good at its own")
    void otherService(String other) throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();

      assertRefused(buyer.use(token, other, BODY), "token_of_another_service");

      assertThat(buyer.remaining(token)).isEqualTo(1);
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("a dear token does not buy a cheap service either, nor the other way round")
    void otherPrice() throws Exception {
      ObjectNode dear = buyer.paid("dear-face-comparison", 1);
      before = shop.takeStock();

      assertRefused(buyer.use(dear, SERVICE, BODY), "token_of_another_service");

      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.use(dear, DEAR, BODY).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("both addresses of its service are one service: one use in total")
    void alias() throws Exception {
      ObjectNode token = buyer.paid("aliyun-facebody-compare-face-with-mask", 1);

      HttpResponse<String> first = buyer.use(token, ALIAS, BODY);
      HttpResponse<String> again = buyer.use(token, SERVICE, BODY);

      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(first.body());
      assertRefused(buyer.use(token, SERVICE, Shop.magic("/b.jpg")), "token_exhausted");
      assertThat(shop.since(before).upstream()).isEqualTo(1);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @Test
    @DisplayName(
        "in a cookie, Referer or other header it is no token, in query and body refused; it is"
            + " never logged")
    void elsewhere() throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();
      String secret = TokenBuyer.token(token);
      try (LogLines log = LogLines.capture()) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        List<HttpResponse<String>> misplaced = new ArrayList<>();
        for (String name : List.of("X-Payment-Token", "token", "paymentToken")) {
          misplaced.add(shop.post(SERVICE + "?" + name + "=" + secret, BODY));
          misplaced.add(
              shop.post(SERVICE, BODY.replace("{", "{\"" + name + "\":\"" + secret + "\",")));
          answers.add(shop.post(SERVICE, BODY, "Cookie", name + "=" + secret));
        }
        for (String scheme : List.of("Token ", "Basic ", "")) {
          answers.add(shop.post(SERVICE, BODY, "Authorization", scheme + secret));
        }
        answers.add(shop.post(SERVICE, BODY, "Referer", "https://a.example/?token=" + secret));
        answers.add(shop.post(SERVICE, BODY, "X-Token", secret));
        answers.add(shop.post(SERVICE, BODY, "Payment-Token", secret));

        for (HttpResponse<String> answer : answers) {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
          assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_required");
          assertThat(answer.headers().map() + answer.body()).doesNotContain(secret);
        }
        for (HttpResponse<String> answer : misplaced) {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
          assertThat(Shop.json(answer).path("error").asText()).isEqualTo("misplaced_token");
          assertThat(answer.headers().map() + answer.body()).doesNotContain(secret);
        }
        assertThat(buyer.remaining(token)).isEqualTo(1);
        assertThat(shop.since(before)).isEqualTo(NOTHING);
        assertThat(buyer.use(token).statusCode()).isEqualTo(200);
        assertThat(log.lines()).noneMatch(line -> line.contains(secret.substring(4)));
      }
    }
  }

  @Nested
  @DisplayName("a token in another spelling")
  class Respelled {

    static Stream<String> spellings() {
      return Stream.of(
          "lower",
          "upper",
          "doubled",
          "cut",
          "longer",
          "bare",
          "quoted",
          "percent",
          "wide",
          "zero-width",
          "tab inside",
          "nul",
          "brackets",
          "two lines");
    }

    private static String spell(String token, String spelling) {
      return switch (spelling) {
        case "lower" -> token.toLowerCase(Locale.ROOT);
        case "upper" -> token.toUpperCase(Locale.ROOT);
        case "doubled" -> token + token;
        case "cut" -> token.substring(0, token.length() - 1);
        case "longer" -> token + "A";
        case "bare" -> token.substring(4);
        case "quoted" -> '"' + token + '"';
        case "percent" -> token.replace("tok_", "tok%5F");
        case "wide" -> token.replace("tok_", "ｔok_");
        case "zero-width" -> token.replace("tok_", "tok_\u200b");
        case "tab inside" -> token.replace("tok_", "tok_\t");
        case "nul" -> token + "\0";
        case "brackets" -> "[" + token + "]";
        case "two lines" -> token + "\r\n " + "x";
        default -> throw new IllegalArgumentException(spelling);
      };
    }

    @ParameterizedTest
    @MethodSource("spellings")
    @DisplayName("it matches nothing, consumes nothing, and the genuine one stays good")
    void respelled(String spelling) throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();

      RawHttp.Answer answer =
          shop.raw()
              .send(
                  RawHttp.post(
                      SERVICE,
                      BODY,
                      "Connection: close",
                      "X-Payment-Token: " + spell(TokenBuyer.token(token), spelling)));

      assertThat(answer.status()).as(answer.body()).isIn(400, 402);
      assertThat(answer.body()).doesNotContain("Confidence");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.remaining(token)).isEqualTo(1);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"257, 400", "16000, 400", "1000000, 431"})
    @DisplayName("one that is too long is refused at once")
    void tooLong(int length, int status) throws Exception {
      RawHttp.Answer answer =
          shop.raw()
              .send(
                  RawHttp.post(
                      SERVICE,
                      BODY,
                      "Connection: close",
                      "X-Payment-Token: tok_" + "A".repeat(length - 4)));

      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("blanks around a header's value are no part of it (RFC 9110)")
    void blanks() throws Exception {
      ObjectNode token = buyer.paid(1);

      RawHttp.Answer answer =
          shop.raw()
              .send(
                  RawHttp.post(
                      SERVICE,
                      BODY,
                      "Connection: close",
                      "X-Payment-Token: \t " + TokenBuyer.token(token) + " \t"));

      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }
  }

  @Nested
  @DisplayName("a token whose calls fail")
  class Failing {

    @Test
    @DisplayName("who hangs up during a call has used it, and gets its answer with the token")
    void hungUp() throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();
      String body = Shop.magic("/sandbox/slow/500");
      try (Socket socket = new Socket(shop.base().getHost(), shop.base().getPort())) {
        socket
            .getOutputStream()
            .write(
                RawHttp.post(SERVICE, body, "X-Payment-Token: " + TokenBuyer.token(token))
                    .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        Shop.await(() -> shop.since(before).upstream() == 1);
      }
      Shop.await(() -> buyer.use(token, body).statusCode() == 200);

      HttpResponse<String> again = buyer.use(token, body);

      assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertRefused(buyer.use(token), "token_exhausted");
      assertThat(shop.since(before)).isEqualTo(new Books(1, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("of uses that fail at the same time each comes back exactly once")
    void failing() throws Exception {
      ObjectNode token = buyer.paid(3);
      before = shop.takeStock();
      for (int round = 0; round < 3; round++) {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          String path = "/sandbox/error/InternalError?" + round + i;
          calls.add(sendUse(token, Shop.magic(path)));
        }
        for (CompletableFuture<HttpResponse<String>> call : calls) {
          HttpResponse<String> answer = call.get();
          assertThat(answer.statusCode()).as(answer.body()).isNotEqualTo(200);
          assertThat(Shop.json(answer).path("charged").asText()).isIn("no", "unknown");
        }
        assertThat(buyer.remaining(token)).isEqualTo(3);
      }
      assertThat(shop.since(before).settled()).isZero();
      for (int i = 0; i < 3; i++) {
        assertThat(buyer.use(token, Shop.magic("/good" + i)).statusCode()).isEqualTo(200);
      }
      assertRefused(buyer.use(token, Shop.magic("/good4")), "token_exhausted");
    }
  }

  @Nested
  @DisplayName("a token beside something else")
  class Several {

    @ParameterizedTest
    @ValueSource(strings = {"PAYMENT-SIGNATURE", "X-PAYMENT"})
    @DisplayName("beside a payment: 400, and both stay good")
    void withPayment(String header) throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();
      ObjectNode payment = shop.payment();
      String value = header.equals("X-PAYMENT") ? v1(payment) : Shop.encode(payment);

      HttpResponse<String> answer =
          shop.post(SERVICE, BODY, "X-Payment-Token", TokenBuyer.token(token), header, value);

      assertSeveral(answer);
      assertThat(buyer.remaining(token)).isEqualTo(1);
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      assertThat(shop.post(SERVICE, BODY, header, value).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @Test
    @DisplayName("beside both payment headers at once: 400, and all stay good")
    void withBoth() throws Exception {
      ObjectNode token = buyer.paid(1);
      before = shop.takeStock();
      ObjectNode payment = shop.payment();

      assertSeveral(
          shop.post(
              SERVICE,
              BODY,
              "X-Payment-Token",
              TokenBuyer.token(token),
              "PAYMENT-SIGNATURE",
              Shop.encode(payment),
              "X-PAYMENT",
              v1(payment)));

      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("twice, alike or not, or joined by a comma: 400, none is used")
    void twice() throws Exception {
      String one = TokenBuyer.token(buyer.paid(1));
      ObjectNode other = buyer.paid(1);
      before = shop.takeStock();

      assertSeveral(shop.post(SERVICE, BODY, "X-Payment-Token", one, "X-Payment-Token", one));
      assertSeveral(
          shop.post(
              SERVICE, BODY, "X-Payment-Token", one, "x-payment-token", TokenBuyer.token(other)));
      for (String joined : List.of(one + "," + one, one + ", " + one, one + ",", "," + one)) {
        HttpResponse<String> answer = shop.post(SERVICE, BODY, "X-Payment-Token", joined);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Shop.json(answer).path("error").asText()).isEqualTo("malformed_payment");
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
      }

      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(shop.post(SERVICE, BODY, "X-Payment-Token", one).statusCode()).isEqualTo(200);
      assertThat(buyer.use(other).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("a foreign Authorization beside it does not disturb")
    void authorization() throws Exception {
      ObjectNode used = buyer.paid(1);
      before = shop.takeStock();

      HttpResponse<String> answer =
          shop.post(
              SERVICE,
              BODY,
              "X-Payment-Token",
              TokenBuyer.token(used),
              "Authorization",
              "Basic dXNlcjpwYXNz");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(buyer.remaining(used)).isZero();
      assertThat(shop.since(before)).isEqualTo(new Books(1, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("another token as a bearer beside it is a second proof: neither is used")
    void otherBearer() throws Exception {
      ObjectNode one = buyer.paid(1);
      ObjectNode other = buyer.paid(1);
      before = shop.takeStock();

      HttpResponse<String> answer =
          shop.post(
              SERVICE,
              BODY,
              "X-Payment-Token",
              TokenBuyer.token(one),
              "Authorization",
              "Bearer " + TokenBuyer.token(other));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("multiple_payment_methods");
      assertThat(buyer.remaining(one)).isEqualTo(1);
      assertThat(buyer.remaining(other)).isEqualTo(1);
      assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-API-Key", "Api-Key", "Authorization"})
    @DisplayName("a key, be it the operator's, is no payment: 402, nothing is consumed")
    void key(String header) throws Exception {
      String value = header.equals("Authorization") ? "Bearer sandbox-operator-token" : "key";

      HttpResponse<String> unpaid = shop.post(SERVICE, BODY, header, value);
      HttpResponse<String> order =
          shop.post(
              TokenBuyer.PAYMENTS, "{\"serviceId\":\"masked-face-comparison\"}", header, value);

      assertThat(unpaid.statusCode()).isEqualTo(402);
      assertThat(Shop.json(unpaid).path("error").asText()).isEqualTo("payment_required");
      assertThat(Shop.json(order).path("status").asText()).isEqualTo("pending");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    private void assertSeveral(HttpResponse<String> answer) throws IOException {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("multiple_payment_methods");
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    }
  }

  @Nested
  @DisplayName("Idempotency-Key")
  class Keys {

    private final String key = UUID.randomUUID().toString();

    @Test
    @DisplayName("on a call paid with x402: the same again is the same answer")
    void same() throws Exception {
      String payment = signature();

      HttpResponse<String> first = named(payment, BODY, key);
      HttpResponse<String> again = named(payment, BODY, '"' + key + '"');

      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
    }

    @Test
    @DisplayName(
        "with another request it is 409, with another payment the answer, which stays good")
    void other() throws Exception {
      String payment = signature();
      String fresh = signature();
      assertThat(named(payment, BODY, key).statusCode()).isEqualTo(200);

      HttpResponse<String> otherRequest = named(payment, Shop.magic("/b.jpg"), key);
      HttpResponse<String> otherPayment = named(fresh, BODY, key);

      assertConflict(otherRequest, "payment_used");
      assertThat(otherPayment.statusCode()).as(otherPayment.body()).isEqualTo(200);
      assertThat(otherPayment.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertConflict(named(fresh, Shop.magic("/b.jpg"), key), "payment_identifier_used");
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
      assertThat(named(fresh, BODY, UUID.randomUUID().toString()).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("while the first is worked on it is 409 with Retry-After")
    void inFlight() throws Exception {
      String slow = Shop.magic("/sandbox/slow/1000");
      String payment = signature();
      CompletableFuture<HttpResponse<String>> first =
          shop.client()
              .sendAsync(
                  HttpRequest.newBuilder(shop.base().resolve(SERVICE))
                      .POST(BodyPublishers.ofString(slow))
                      .header("Content-Type", "application/json")
                      .header("PAYMENT-SIGNATURE", payment)
                      .header("Idempotency-Key", key)
                      .build(),
                  BodyHandlers.ofString());
      Shop.await(() -> shop.since(before).upstream() == 1);

      HttpResponse<String> meanwhile = named(payment, slow, key);

      assertThat(meanwhile.statusCode()).as(meanwhile.body()).isEqualTo(409);
      assertThat(Shop.json(meanwhile).path("error").asText()).isEqualTo("payment_in_progress");
      assertThat(meanwhile.headers().firstValue("Retry-After")).isPresent();
      assertThat(first.get().statusCode()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"short", "a b c d e f g h i j k", "", "0123456789abcdef,0123456789abcdef"})
    @DisplayName("one that cannot be a key is 400, and the payment stays good")
    void unusable(String unusable) throws Exception {
      String payment = signature();

      HttpResponse<String> answer = named(payment, BODY, unusable);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("invalid_idempotency_key");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("one that contradicts the payment's own identifier is 400, nothing is consumed")
    void contradiction() throws Exception {
      ObjectNode payment = shop.payment();
      ((ObjectNode) payment.at("/extensions/payment-identifier/info"))
          .put("id", "another-identifier-of-it");

      HttpResponse<String> answer = named(Shop.encode(payment), BODY, key);
      HttpResponse<String> equal = named(Shop.encode(payment), BODY, "another-identifier-of-it");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("invalid_idempotency_key");
      assertThat(equal.statusCode()).as(equal.body()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
    }

    @Test
    @DisplayName("of an order it says nothing to a call, nor of one token to another")
    void apart() throws Exception {
      String order = "{\"serviceId\":\"masked-face-comparison\"}";
      assertThat(shop.post(TokenBuyer.PAYMENTS, order, "Idempotency-Key", key).statusCode())
          .isEqualTo(201);
      ObjectNode one = buyer.paid(1);
      ObjectNode other = buyer.paid(1);
      before = shop.takeStock();

      assertThat(named(one, key).statusCode()).isEqualTo(200);
      assertThat(named(other, key).statusCode()).isEqualTo(200);
      assertThat(named(signature(), BODY, key).statusCode()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(3, 1, 1, 1, 200_000));
    }

    /** A payment that names no identifier of its own. */
    private String signature() throws Exception {
      ObjectNode payment = shop.payment();
      ((ObjectNode) payment.at("/extensions/payment-identifier/info")).remove("id");
      return Shop.encode(payment);
    }

    private HttpResponse<String> named(String payment, String body, String name) throws Exception {
      return shop.post(SERVICE, body, "PAYMENT-SIGNATURE", payment, "Idempotency-Key", name);
    }

    private HttpResponse<String> named(JsonNode token, String name) throws Exception {
      return shop.post(
          SERVICE, BODY, "X-Payment-Token", TokenBuyer.token(token), "Idempotency-Key", name);
    }

    private void assertConflict(HttpResponse<String> answer, String word) throws Exception {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    }
  }

  private static CompletableFuture<HttpResponse<String>> sendUse(JsonNode token, String body) {
    return shop.client()
        .sendAsync(
            HttpRequest.newBuilder(shop.base().resolve(SERVICE))
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("X-Payment-Token", TokenBuyer.token(token))
                .build(),
            BodyHandlers.ofString());
  }

  /** The database and what waits to go into it, byte for byte. */
  private static String databaseBytes() throws IOException {
    Path file =
        Path.of(
            shop.application()
                .settings()
                .text("tollroute.database.url")
                .substring("jdbc:sqlite:".length()));
    StringBuilder bytes = new StringBuilder();
    try (Stream<Path> files = Files.list(file.getParent())) {
      for (Path found : files.toList()) {
        bytes.append(new String(Files.readAllBytes(found), StandardCharsets.ISO_8859_1));
      }
    }
    return bytes.toString();
  }
}
