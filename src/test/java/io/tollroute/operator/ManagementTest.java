package io.tollroute.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port of a running shop. */
class ManagementTest {

  private static final String TOKEN = "the-operators-own-token";

  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_MANAGEMENT_TOKEN",
                TOKEN,
                "TOLLROUTE_PAYMENTS_PROVIDERS",
                "x402,manual"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return shop.client().send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder to(URI base, String path) {
    return HttpRequest.newBuilder(base.resolve("/manage/" + path));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(to(shop.management(), path).header("Authorization", "Bearer " + TOKEN));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        to(shop.management(), path)
            .header("Authorization", "Bearer " + TOKEN)
            .POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode ok(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer);
  }

  private static JsonNode fails(HttpResponse<String> answer, int status, String word)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode body = Shop.json(answer);
    assertThat(body.path("error").asText()).isEqualTo(word);
    assertThat(body.path("message").asText()).isNotBlank();
    return body;
  }

  /** Buys a call and returns the key of its charge. */
  private static String sale() throws Exception {
    ObjectNode payment = shop.payment();
    assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    JsonNode authorization = payment.at("/payload/authorization");
    return ("x402:"
            + SandboxChain.NETWORK
            + ":"
            + SandboxChain.ASSET
            + ":"
            + authorization.path("from").asText()
            + ":"
            + authorization.path("nonce").asText())
        .toLowerCase(java.util.Locale.ROOT);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, payments",
    "GET, payments/pay_1",
    "POST, payments/pay_1/refund",
    "POST, payments/pay_1/paid",
    "GET, charges",
    "GET, charges/x402",
    "POST, charges/x402/refund",
    "POST, charges/x402/decide",
    "GET, totals",
    "GET, books",
    "GET, reconcile",
    "POST, reconcile",
    "GET, nothing",
    "GET, %70ayments",
    "GET, ../manage/payments",
    "DELETE, payments",
    "OPTIONS, payments"
  })
  @DisplayName("nothing is answered without the operator's token, and nothing of it is told")
  void closed(String method, String path) throws Exception {
    for (String authorization :
        new String[] {
          "",
          "Bearer",
          "Bearer ",
          "Bearer wrong",
          "Bearer " + TOKEN + "x",
          "Bearer " + TOKEN.substring(1),
          "Bearer sandbox-operator-token",
          "Basic " + TOKEN,
          TOKEN
        }) {
      HttpRequest.Builder request =
          to(shop.management(), path).method(method, BodyPublishers.ofString("{}"));
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      HttpResponse<String> answer = send(request);
      fails(answer, 401, "unauthorized");
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
      assertThat(answer.body()).doesNotContain(TOKEN);
    }
  }

  @Test
  @DisplayName("the token counts as a header only, so no page, form or link can send it")
  void forgery() throws Exception {
    for (String query : new String[] {"Authorization=Bearer%20" + TOKEN, "token=" + TOKEN}) {
      fails(send(to(shop.management(), "payments?" + query)), 401, "unauthorized");
    }
    fails(
        send(
            to(shop.management(), "payments/pay_1/refund")
                .header("Cookie", "token=" + TOKEN)
                .header("Origin", "https://evil.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("Authorization=Bearer+" + TOKEN))),
        401,
        "unauthorized");
    HttpResponse<String> known =
        send(
            to(shop.management(), "totals")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Origin", "https://evil.example"));
    assertThat(known.statusCode()).isEqualTo(200);
    assertThat(known.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payments",
        "charges",
        "totals",
        "books",
        "reconcile",
        "payments/pay_1/refund",
        "charges/x/refund"
      })
  @DisplayName("the buyers' port has none of it, with the right token either")
  void buyersPort(String path) throws Exception {
    for (String method : new String[] {"GET", "POST"}) {
      HttpResponse<String> answer =
          send(
              to(shop.base(), path)
                  .header("Authorization", "Bearer " + TOKEN)
                  .method(method, BodyPublishers.ofString("{}")));
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("the buyers' services are not on the management port, and health needs no token")
  void managementPort() throws Exception {
    assertThat(
            send(HttpRequest.newBuilder(shop.management().resolve(Shop.SERVICE))
                    .POST(BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(404);
    assertThat(shop.isReady()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"charges", "payments"})
  @DisplayName("A payer whose address is mistyped is refused as a filter, not looked for in vain")
  void mistypedPayer(String list) throws Exception {
    HttpResponse<String> answer = get(list + "?payer=0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    assertThat(get(list + "?payer=0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName(
      "A sale is in the books, with what an operator needs and nothing that could be spent")
  void sold() throws Exception {
    String key = sale();

    JsonNode charge = ok(get("charges/" + encode(key)));

    assertThat(charge.path("charge").asText()).isEqualTo(key);
    assertThat(charge.path("state").asText()).isEqualTo("settled");
    assertThat(charge.path("cents").asInt()).isEqualTo(20);
    assertThat(charge.path("amount").asText()).isEqualTo("200000");
    assertThat(charge.path("payer").asText()).isEqualToIgnoringCase(shop.wallet().address());
    assertThat(charge.at("/receipt/transaction").asText()).matches("0x[0-9a-f]{64}");
    assertThat(charge.path("settledAt").asText()).endsWith("Z");
    assertThat(charge.properties().stream().map(Map.Entry::getKey))
        .doesNotContain("fingerprint", "answer", "settlement", "identifier", "fence");
    assertThat(ok(get("charges?limit=1")).path("charges")).hasSize(1);
    assertThat(get("charges/" + encode(key)).headers().firstValue("Cache-Control"))
        .contains("no-store");
  }

  @Test
  @DisplayName(
      "A token that was bought shows its uses, and neither token nor hash nor sealed bytes")
  void token() throws Exception {
    JsonNode bought =
        Shop.json(
            shop.post(
                "/api/payments",
                "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}",
                "Idempotency-Key",
                "the-buyers-own-name-of-it"));
    String id = bought.path("paymentId").asText();
    String token = bought.path("token").asText();
    ObjectNode terms = Shop.demand(shop.post("/api/payments/" + id + "/pay", ""));
    String signature = Shop.encode(shop.wallet().sign(terms, terms.path("accepts").path(0)));
    assertThat(
            shop.post("/api/payments/" + id + "/pay", "", "PAYMENT-SIGNATURE", signature)
                .statusCode())
        .isEqualTo(200);
    assertThat(shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", token).statusCode())
        .isEqualTo(200);

    HttpResponse<String> answer = get("payments/" + id);

    JsonNode payment = ok(answer);
    assertThat(payment.path("state").asText()).isEqualTo("paid");
    assertThat(payment.path("used").asInt()).isEqualTo(1);
    assertThat(payment.path("paidCents").asInt()).isEqualTo(40);
    assertThat(payment.path("charges")).hasSize(2);
    assertThat(answer.body()).doesNotContain(token, "the-buyers-own-name", signature, "hash");
    assertThat(ok(get("reconcile")).path("differences")).isEmpty();

    long received = 0;
    for (JsonNode charge : payment.path("charges")) {
      received += charge.path("paidCents").asLong();
    }
    assertThat(received).as("the uses cost nothing more").isEqualTo(40);
    boolean purchaseFirst = payment.at("/charges/0/kind").asText().equals("purchase");
    JsonNode first = payment.path("charges").get(purchaseFirst ? 0 : 1);
    for (String filter :
        new String[] {
          "transaction=" + first.path("transaction").asText(),
          "requestId=" + first.path("requestId").asText(),
          "paymentId=" + id,
          "settledSince=" + first.path("settledAt").asText() + "&settledUntil=2099-01-01"
        }) {
      assertThat(ok(get("charges?" + filter)).path("charges").toString())
          .as(filter)
          .contains(first.path("charge").asText());
    }
    fails(get("charges?transaction=0x12"), 400, "invalid");
    fails(get("payments?requestId=x"), 400, "invalid");
    JsonNode refunded =
        ok(post("payments/" + id + "/refund", "{\"note\":\"wire 7\",\"transaction\":\"0x12\"}"));
    assertThat(refunded.path("refundTransaction").asText()).isEqualTo("0x12");
    assertThat(refunded.path("refundedAt").asText()).endsWith("Z");
    assertThat(refunded.path("state").asText()).isEqualTo("refunded");
    assertThat(refunded.path("refundedCents").asInt()).isEqualTo(20);
    int upstream = shop.upstreamCalls();
    HttpResponse<String> refusedUse =
        shop.post(Shop.SERVICE, Shop.magic("/other.jpg"), "X-Payment-Token", token);
    assertThat(refusedUse.statusCode()).isEqualTo(402);
    assertThat(shop.upstreamCalls()).isEqualTo(upstream);
    fails(post("payments/" + id + "/refund", "{}"), 409, "refused");
  }

  @Test
  @DisplayName("an invoice is paid by hand once, and its token is good then")
  void manual() throws Exception {
    JsonNode bought =
        Shop.json(
            shop.post(
                "/api/payments",
                "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"}"));
    String id = bought.path("paymentId").asText();
    String token = bought.path("token").asText();
    assertThat(shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", token).statusCode())
        .isEqualTo(402);

    fails(post("payments/" + id + "/paid", "{\"cents\":19,\"reference\":\"r\"}"), 409, "refused");
    String paid = "{\"cents\":20,\"reference\":\"wire-" + id + "\"}";
    assertThat(ok(post("payments/" + id + "/paid", paid)).path("state").asText()).isEqualTo("paid");
    assertThat(ok(post("payments/" + id + "/paid", paid)).path("state").asText()).isEqualTo("paid");

    assertThat(shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", token).statusCode())
        .isEqualTo(200);
    assertThat(shop.post(Shop.SERVICE, Shop.magic("/c.jpg"), "X-Payment-Token", token).statusCode())
        .isEqualTo(402);
    assertThat(ok(get("payments/" + id)).path("state").asText()).isEqualTo("exhausted");
  }

  @Test
  @DisplayName("a refunded charge is told so to its buyer, who is given no answer again")
  void refunded() throws Exception {
    ObjectNode payment = shop.payment();
    String signature = Shop.encode(payment);
    assertThat(shop.buy(signature).statusCode()).isEqualTo(200);
    String key = ok(get("charges?limit=1")).at("/charges/0/charge").asText();
    assertThat(key).endsWith(payment.at("/payload/authorization/nonce").asText());

    ok(post("charges/" + encode(key) + "/refund", "{\"note\":\"sorry\"}"));

    HttpResponse<String> again = shop.buy(signature);
    assertThat(again.statusCode()).as(again.body()).isNotEqualTo(200);
    assertThat(Shop.json(again).path("error").asText()).isEqualTo("refunded");
    fails(post("charges/" + encode(key) + "/refund", ""), 409, "refused");
    assertThat(ok(get("reconcile")).path("differences")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "payments/pay_1/refund | [] | 400 | invalid",
        "payments/pay_1/refund | {'cents':'20'} | 400 | invalid",
        "payments/pay_1/refund | {'cents':1.00001} | 400 | invalid",
        "payments/pay_1/refund | {'cents':1e30} | 400 | invalid",
        "payments/pay_1/refund | {'cents':-1} | 400 | invalid",
        "payments/pay_1/refund | {'amount':20} | 400 | invalid",
        "payments/pay_1/refund | {'note':5} | 400 | invalid",
        "payments/pay_1/refund | {'excess':'yes'} | 400 | invalid",
        "payments/pay_1/refund | {'excess':true,'cents':1} | 400 | invalid",
        "payments/pay_1/refund | {{ | 400 | invalid",
        "payments/pay_1/refund | {} | 404 | not_found",
        "payments/pay_1/paid | {} | 400 | invalid",
        "payments/pay_1/paid | {'cents':20,'reference':'r'} | 404 | not_found",
        "charges/x402/refund | {} | 404 | not_found",
        "charges/x402%2F..%2F..%2Fpayments/refund | {} | 404 | not_found",
        "reconcile | {'record':5} | 400 | invalid",
        "reconcile?since=never | {} | 400 | invalid",
        "reconcile?since=0&since=1 | {} | 400 | invalid"
      })
  @DisplayName("A wish that cannot be is one clear error, and nothing is changed")
  void wrong(String path, String body, int status, String word) throws Exception {
    fails(post(path, body.replace('\'', '"')), status, word);
  }

  @Test
  @DisplayName("An address or method that is not there is told in the same shape")
  void nothing() throws Exception {
    fails(get("nothing"), 404, "not_found");
    fails(post("payments", "{}"), 405, "method_not_allowed");
    HttpResponse<String> wrong = get("payments/pay_1/refund");
    fails(wrong, 405, "method_not_allowed");
    assertThat(wrong.headers().firstValue("Allow")).contains("POST");
    assertThat(Shop.json(wrong).path("charged").asText()).isEqualTo("no");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, 404, not_found",
    "POST, /observe/health, 405, method_not_allowed",
    "OPTIONS, /observe/health, 405, method_not_allowed",
    "GET, /%zz, 400, bad_request",
    "GET, /manage/nothing, 401, unauthorized",
    "PUT, /manage/totals, 401, unauthorized"
  })
  @DisplayName("Whoever has no token is told no more there, and a page of his reads nothing of it")
  void outsider(String method, String path, int status, String word) throws Exception {
    RawHttp.Answer answer =
        new RawHttp(shop.management()).send(method + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.error()).isEqualTo(word);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  @DisplayName("A body beyond all records is refused before it is read")
  void large() throws Exception {
    fails(post("reconcile", "[" + " ".repeat(5 << 20) + "]"), 413, "invalid");
    fails(
        send(
            to(shop.management(), "reconcile")
                .POST(BodyPublishers.ofString("[" + " ".repeat(5 << 20) + "]"))),
        401,
        "unauthorized");
  }

  @Test
  @DisplayName("the running shop finds what is planted in a record that is sent to it")
  void reconcile() throws Exception {
    String key = sale();
    shop.advance(Duration.ofSeconds(2));
    JsonNode settlements =
        Shop.json(shop.get("/sandbox/facilitator/settlements")).path("settlements");
    assertThat(ok(post("reconcile", "{\"record\":" + settlements + "}")).path("differences"))
        .isEmpty();

    for (JsonNode settlement : settlements) {
      if (key.endsWith(settlement.path("nonce").asText())) {
        ((ObjectNode) settlement).put("amount", "1");
      }
    }
    JsonNode report = ok(post("reconcile", "{\"record\":" + settlements + "}"));

    assertThat(report.path("differences")).hasSize(1);
    assertThat(report.at("/differences/0/kind").asText()).isEqualTo("amount");
    assertThat(report.at("/differences/0/charge").asText()).isEqualTo(key);
    assertThat(report.at("/compared/facilitator").asInt()).isEqualTo(settlements.size());
  }

  @Test
  @DisplayName("a facilitator or chain that does not answer is an error and not an agreement")
  void silent() throws Exception {
    try (ChainNode node = new ChainNode();
        Shop other =
            Shop.open(
                Map.of(
                    "TOLLROUTE_X402_RPC_URL",
                    node.url(),
                    "TOLLROUTE_X402_FACILITATOR_RECORD_URL",
                    "http://127.0.0.1:1/settlements"))) {
      HttpRequest.Builder ask =
          HttpRequest.newBuilder(other.management().resolve("/manage/reconcile"))
              .header("Authorization", "Bearer sandbox-operator-token");
      fails(send(ask.GET()), 503, "unavailable");
      node.answers(500, "");
      fails(send(ask.POST(BodyPublishers.ofString("{\"record\":[]}"))), 503, "unavailable");
    }
  }
}
