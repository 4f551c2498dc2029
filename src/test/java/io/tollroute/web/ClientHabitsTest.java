package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of all kinds do without meaning harm, and what they are told where it is wrong. */
class ClientHabitsTest {

  private static final String TOKEN = "tok_" + "A".repeat(43);

  /** Differs between two answers to the same request. */
  private static final Set<String> OF_ONE_ANSWER =
      Set.of("x-request-id", "date", "content-length", "transfer-encoding");

  private static Shop shop;
  private static TokenBuyer buyer;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_MANAGEMENT_TOKEN", "operator-".repeat(4)));
    buyer = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static String get(String method, String path) {
    return method + " " + path + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
  }

  private static Map<String, List<String>> comparable(Answer answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers());
    headers.keySet().removeAll(OF_ONE_ANSWER);
    return headers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs/errors",
        "/mcp/server-card",
        "/.well-known/ai-catalog.json",
        "/.well-known/mcp/catalog.json",
        "/.well-known/mcp/server-card.json",
        "ORDER",
        "/api/payments/pay_none",
        "/nothing",
        Shop.SERVICE,
        "ORDER/pay",
        "/api/payments",
        "/api/credits",
        "/mcp"
      })
  @DisplayName("HEAD says what GET says, but for the body, and runs nothing")
  void head(String address) throws Exception {
    String path = address.replace("ORDER", TokenBuyer.path(buyer.order(1)));
    var before = shop.takeStock();

    Answer get = shop.raw().send(get("GET", path));
    Answer head = shop.raw().send(get("HEAD", path));

    assertThat(head.status()).isEqualTo(get.status());
    assertThat(comparable(head)).isEqualTo(comparable(get));
    assertThat(head.header("Content-Length")).isPresent();
    assertThat(get.header("Content-Length").orElse(head.header("Content-Length").get()))
        .isEqualTo(head.header("Content-Length").get());
    assertThat(shop.since(before).upstream()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/observe/health", "/observe/health/ready", "/observe/health/live"})
  @DisplayName("HEAD of the probes on the management port says what GET says")
  void headOfProbes(String path) throws Exception {
    RawHttp management = new RawHttp(shop.management());

    Answer head = management.send(get("HEAD", path));

    assertThat(head.status()).isEqualTo(management.send(get("GET", path)).status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isPresent();
  }

  @Test
  @DisplayName("HEAD of the operator's lists needs the operator's token, as GET does")
  void headOfManagement() throws Exception {
    RawHttp management = new RawHttp(shop.management());

    assertThat(management.send(get("HEAD", "/manage/totals")).status()).isEqualTo(401);
  }

  @Test
  @DisplayName("Where GET is allowed, Allow and the preflight say HEAD too")
  void allowed() throws Exception {
    Answer preflight =
        shop.raw()
            .send(
                "OPTIONS "
                    + Shop.SERVICE
                    + " HTTP/1.1\r\nHost: shop\r\nOrigin: https://a.example\r\n"
                    + "Access-Control-Request-Method: POST\r\n\r\n");
    assertThat(preflight.header("Access-Control-Allow-Methods").orElse("")).contains("HEAD");
    assertThat(preflight.header("Access-Control-Allow-Headers").orElse(""))
        .contains("Authorization", "X-Payment-Token");
    for (String path : List.of("/docs/errors", "/mcp/server-card", "/api/payments/pay_none")) {
      assertThat(shop.raw().send(RawHttp.post(path, "{}")).header("Allow").orElse(""))
          .contains("GET", "HEAD");
    }
    assertThat(shop.raw().send(get("HEAD", Shop.SERVICE)).header("Allow"))
        .contains("POST, OPTIONS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"200-ok", "100-continue, x", "x", "100"})
  @DisplayName("An expectation that is not met is 417 in the envelope, and costs nothing")
  void expectation(String expected) throws Exception {
    String payment = shop.signature();
    for (String path : List.of(Shop.SERVICE, "/api/payments", "/mcp")) {
      Answer answer =
          shop.raw()
              .send(
                  RawHttp.post(
                      path, Shop.BODY, "Expect: " + expected, "PAYMENT-SIGNATURE: " + payment));
      assertThat(answer.status()).as(answer.body()).isEqualTo(417);
      assertThat(answer.error()).isEqualTo("expectation_failed");
    }
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PAYMENT-SIGNATURE:",
        "PAYMENT-SIGNATURE:  ",
        "X-PAYMENT: ",
        "X-Payment-Token: \t",
        "Authorization:",
        "Authorization: Bearer",
        "Authorization: Bearer ",
        "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.",
        "Authorization: Basic dG9rXzpB",
        "X-PAYMENT:\r\nPAYMENT-SIGNATURE:\r\nX-Payment-Token:"
      })
  @DisplayName("An empty payment header is no payment, and so are credentials of somebody else")
  void emptyPayment(String header) throws Exception {
    Answer unpaid = shop.raw().send(RawHttp.post(Shop.SERVICE, Shop.BODY, header));
    assertThat(unpaid.status()).isEqualTo(402);
    assertThat(unpaid.error()).isEqualTo("payment_required");

    String signed = "PAYMENT-SIGNATURE: " + shop.signature();
    Answer paid = shop.raw().send(RawHttp.post(Shop.SERVICE, Shop.BODY, header, signed));
    assertThat(paid.status()).as(paid.body()).isEqualTo(200);
    Answer order =
        shop.raw()
            .send(
                RawHttp.post(
                    "/api/payments", "{\"serviceId\":\"masked-face-comparison\"}", header));
    assertThat(order.status()).as(order.body()).isEqualTo(201);
  }

  @Test
  @DisplayName("A parameter that is null and one that is left out make the same call")
  void nullIsAbsent() throws Exception {
    String withNull = Shop.BODY.replace("}", ",\"QualityScoreThreshold\":null}");
    String signature = shop.signature();
    ObjectNode token = buyer.paid(1);
    var before = shop.takeStock();

    assertThat(shop.buy(signature, withNull).statusCode()).isEqualTo(200);
    assertReplay(shop.buy(signature, Shop.BODY));
    assertThat(buyer.use(token, Shop.BODY).statusCode()).isEqualTo(200);
    assertReplay(buyer.use(token, withNull));

    assertThat(shop.since(before).upstream()).isEqualTo(2);
    HttpResponse<String> required =
        shop.buy(
            shop.signature(), Shop.BODY.replace("\"https://images.example.com/a.jpg\"", "null"));
    assertThat(required.statusCode()).isEqualTo(400);
    assertThat(Shop.json(required).path("param").asText()).isEqualTo("/ImageURLA");
  }

  private static void assertReplay(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).contains("true");
  }

  @Test
  @DisplayName("An order and a claim of a credit take null for what may be left out")
  void nullInOrders() throws Exception {
    String key = "order-" + "k".repeat(20);
    String order = "{\"serviceId\":\"masked-face-comparison\"}";
    HttpResponse<String> made =
        shop.post(
            "/api/payments",
            order.replace("}", ",\"calls\":null,\"payer\":null,\"providerId\":null}"),
            "Idempotency-Key",
            key);

    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(Shop.json(made).path("maxCalls").asInt()).isEqualTo(1);
    HttpResponse<String> again = shop.post("/api/payments", order, "Idempotency-Key", key);
    assertThat(Shop.json(again).path("paymentId")).isEqualTo(Shop.json(made).path("paymentId"));
    HttpResponse<String> claim =
        shop.post(
            "/api/credits",
            "{\"payer\":\"0x"
                + "1".repeat(40)
                + "\",\"nonce\":\"0x"
                + "1".repeat(64)
                + "\",\"until\":null,\"signature\":null}");
    assertThat(claim.statusCode()).as(claim.body()).isEqualTo(200);
    assertThat(Shop.json(claim).path("message").asText()).isNotEmpty();
  }

  @Test
  @DisplayName("Authorization: Bearer with a token is the token, one call for one use")
  void bearer() throws Exception {
    ObjectNode token = buyer.paid(2);
    String secret = TokenBuyer.token(token);
    var before = shop.takeStock();

    HttpResponse<String> answer =
        shop.post(Shop.SERVICE, Shop.BODY, "Authorization", "bearer  " + secret);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Payment-Receipt")).isPresent();
    assertThat(answer.headers().map() + answer.body()).doesNotContain(secret);
    assertThat(answer.headers().firstValue("Vary").orElse("")).contains("Authorization");
    assertThat(buyer.remaining(token)).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("A bearer token that nobody has bought is refused as a guess is")
  void bearerGuess() throws Exception {
    HttpResponse<String> guess =
        shop.post(Shop.SERVICE, Shop.BODY, "Authorization", "Bearer " + TOKEN);
    HttpResponse<String> known = shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", TOKEN);

    assertThat(guess.statusCode()).isEqualTo(402);
    assertThat(Shop.json(guess).path("reason")).isEqualTo(Shop.json(known).path("reason"));
  }

  @Test
  @DisplayName("A token twice, as X-Payment-Token and as bearer, or beside a signature, is 400")
  void bearerBesideAnother() throws Exception {
    ObjectNode token = buyer.paid(1);
    String bearer = "Bearer " + TokenBuyer.token(token);
    String payment = shop.signature();

    for (HttpResponse<String> answer :
        List.of(
            shop.post(
                Shop.SERVICE,
                Shop.BODY,
                "Authorization",
                bearer,
                "X-Payment-Token",
                TokenBuyer.token(token)),
            shop.post(
                Shop.SERVICE, Shop.BODY, "Authorization", bearer, "PAYMENT-SIGNATURE", payment))) {
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("multiple_payment_methods");
    }
    assertThat(buyer.remaining(token)).isEqualTo(1);
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/tools/masked-face-comparison?token=secret-word|BODY",
        "/api/tools/masked-face-comparison?x=1&X-Payment-Token=secret-word|BODY",
        "/api/tools/masked-face-comparison?payment_token=secret-word|BODY",
        "/api/tools/masked-face-comparison?paymentToken=secret-word|BODY",
        "/api/tools/masked-face-comparison?a=TOKEN|BODY",
        "/api/tools/masked-face-comparison?%74oken=a|BODY",
        "/api/payments?token=TOKEN|{\"serviceId\":\"masked-face-comparison\"}",
        "/api/credits?access=Bearer+TOKEN|{}",
        "/mcp?token=TOKEN|{}",
        "/api/tools/masked-face-comparison|{\"paymentToken\":\"secret-word\"}",
        "/api/tools/masked-face-comparison|{\"payment_token\":\"secret-word\",\"ImageURLA\":1}",
        "/api/tools/masked-face-comparison|{\"X-Payment-Token\":\"secret-word\"}",
        "/api/tools/masked-face-comparison|{\"token\":\"TOKEN\"}",
        "/api/tools/masked-face-comparison|{\"a\":{\"b\":[\"TOKEN\"]}}",
        "/api/payments|{\"serviceId\":\"masked-face-comparison\",\"token\":\"TOKEN\"}",
        "/api/credits|{\"payer\":\"0x\",\"token\":\"TOKEN\"}"
      })
  @DisplayName("a token in an address or a body is refused with where it goes, and not echoed")
  void misplaced(String path, String body) throws Exception {
    String sent = body.replace("BODY", Shop.BODY).replace("TOKEN", TOKEN);
    String payment = shop.signature();
    String address = path.replace("TOKEN", TOKEN);

    for (HttpResponse<String> answer :
        List.of(shop.post(address, sent), shop.post(address, sent, "PAYMENT-SIGNATURE", payment))) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      JsonNode refusal = Shop.json(answer);
      assertThat(refusal.path("error").asText()).isEqualTo("misplaced_token");
      assertThat(refusal.path("charged").asText()).isEqualTo("no");
      assertThat(refusal.path("message").asText())
          .contains("X-Payment-Token", "Authorization: Bearer");
      assertThat(answer.headers().map() + answer.body()).doesNotContain(TOKEN, "secret-word");
    }
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT"})
  @DisplayName("Whoever opens the address at which an order is paid is told what it is for")
  void payAddress(String method) throws Exception {
    String path = TokenBuyer.path(buyer.order(1)) + "/pay";

    Answer answer = shop.raw().send(get(method, path));

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("POST, OPTIONS");
    if (!method.equals("HEAD")) {
      assertThat(Shop.json(answer.body()).path("message").asText())
          .contains("order is paid", "POST", "PAYMENT-SIGNATURE");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/api/tools/masked_face_comparison,/api/tools/masked-face-comparison",
    "/api/tools/Masked-Face-Comparison,/api/tools/masked-face-comparison",
    "/api/tools/MASKED_FACE_COMPARISON,/api/tools/masked-face-comparison",
    "/api/tools/masked-face-comparison-,/api/tools/masked-face-comparison",
    "/api/tools/maskedfacecomparison,/api/tools/masked-face-comparison",
    "/api/tools/masked-face-comparision,/api/tools/masked-face-comparison",
    "/api/tools/aliyun-facebody-Compare-Face-With-Mask,/api/tools/masked-face-comparison",
    "/API/tools/masked-face-comparison,/api/tools/masked-face-comparison",
    "/api/tool/masked-face-comparison,/api/tools/masked-face-comparison",
    "/tools/masked_face_comparison,/api/tools/masked-face-comparison",
    "/api/payment,/api/payments",
    "/API/PAYMENTS,/api/payments",
    "/MCP,/mcp",
    "/Docs/Errors,/docs/errors",
    "/.well-known/ai-catalogue.json,/.well-known/ai-catalog.json"
  })
  @DisplayName("an address that is almost right is answered 404 with the right one")
  void almost(String asked, String meant) throws Exception {
    Answer answer = shop.raw().send(RawHttp.post(asked, Shop.BODY));

    assertThat(answer.status()).as(answer.body()).isEqualTo(404);
    assertThat(Shop.json(answer.body()).path("message").asText())
        .contains("Did you mean " + meant + "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/tools/%3Cscript%3Ealert(1)%3C/script%3E",
        "/api/tools/weather",
        "/apple-touch-icon.png",
        "/%0d%0aX-Evil:1",
        "/sandbox/alibab",
        "/api/tools/tok_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  @DisplayName("an address that is like none is answered 404, and nothing of it comes back")
  void nothingLikeIt(String asked) throws Exception {
    Answer answer = shop.raw().send(RawHttp.post(asked, Shop.BODY));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).doesNotContain("Did you mean", "script", "weather", "Evil", "tok_A");
  }

  @Test
  @DisplayName("An order of a service whose id is almost right is told the right one")
  void almostAnOrder() throws Exception {
    HttpResponse<String> answer =
        shop.post("/api/payments", "{\"serviceId\":\"masked-face-comparision\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
    assertThat(Shop.json(answer).path("message").asText())
        .contains("Did you mean masked-face-comparison?");
  }
}
