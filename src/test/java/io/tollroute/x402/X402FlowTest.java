package io.tollroute.x402;

import static io.tollroute.testing.Shop.BODY;
import static io.tollroute.testing.Shop.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How buyers of both versions of x402 pay over HTTP, and what they must not send. */
class X402FlowTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static Shop shop;

  private int upstream;
  private int settled;
  private int verified;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void openBooks() throws Exception {
    upstream = shop.upstreamCalls();
    settled = shop.settled();
    verified = shop.facilitator().calls("verify");
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Nested
  @DisplayName("version 2")
  class Version2 {

    @Test
    @DisplayName("the answer carries PAYMENT-RESPONSE with the transaction, and no legacy header")
    void answer() throws Exception {
      HttpResponse<String> answer = shop.buy(shop.signature());

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertReceipt(answer, "PAYMENT-RESPONSE");
      assertThat(answer.headers().map().keySet())
          .noneMatch(name -> name.toLowerCase().startsWith("x-payment"));
      assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
      assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
      assertOneSale();
    }

    @Test
    @DisplayName("header names are read in any letter case")
    void letterCase() throws Exception {
      HttpResponse<String> answer = shop.post(SERVICE, BODY, "pAYMENT-sIGNATURE", shop.signature());

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertOneSale();
    }

    @Test
    @DisplayName("resource and extensions may be missing or null")
    void optionals() throws Exception {
      ObjectNode missing = shop.payment();
      missing.remove(List.of("resource", "extensions"));
      ObjectNode nulls = shop.payment();
      nulls.putNull("resource").putNull("extensions");

      assertThat(shop.buy(Shop.encode(missing)).statusCode()).isEqualTo(200);
      assertThat(shop.buy(Shop.encode(nulls)).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("the settlement sent again is the same to the byte")
    void identicalSettlement() throws Exception {
      ObjectNode payment = shop.payment();
      ((ObjectNode) payment.get("extensions")).putObject("unknown").put("number", 1.50);
      String header = Shop.encode(payment);
      shop.facilitator()
          .on(
              "settle",
              2,
              FaultyFacilitator.answering(
                  200,
                  "{\"success\":false,\"errorReason\":\"settlement_pending\","
                      + "\"transaction\":\"0x1\",\"network\":\"eip155:84532\"}"));
      assertThat(shop.buy(header).statusCode()).isEqualTo(200);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      String lost = shop.signature();
      assertThat(shop.buy(lost).statusCode()).isEqualTo(503);
      assertThat(shop.buy(lost).statusCode()).isEqualTo(200);

      List<String> sent = shop.facilitator().bodies("settle");
      int count = sent.size();
      assertThat(sent.subList(count - 5, count - 2)).allMatch(sent.get(count - 5)::equals);
      assertThat(sent.get(count - 1)).isEqualTo(sent.get(count - 2));
      assertThat(shop.settled()).isEqualTo(settled + 2);
      assertThat(shop.upstreamCalls()).isEqualTo(upstream + 2);
    }
  }

  @Nested
  @DisplayName("version 1")
  class Version1 {

    @Test
    @DisplayName("the body of a 402 is a strict v1 document, as legacy clients parse it")
    void demand() throws Exception {
      HttpResponse<String> answer = shop.post(SERVICE, "");

      assertThat(answer.statusCode()).isEqualTo(402);
      assertStrictV1(Shop.json(answer));
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_required");
      assertThat(Shop.demand(answer).path("x402Version").asInt()).isEqualTo(2);
    }

    @Test
    @DisplayName("the body of a refusal is one too, with the reason, in both versions")
    void refusal() throws Exception {
      ObjectNode v2 = shop.payment();
      authorization(v2).put("value", "1");

      for (HttpResponse<String> answer :
          List.of(
              shop.buy(Shop.encode(v2)),
              shop.post(SERVICE, BODY, "X-PAYMENT", Shop.encode(v1(v2))))) {
        assertThat(answer.statusCode()).isEqualTo(402);
        assertStrictV1(Shop.json(answer));
        assertThat(Shop.json(answer).path("reason").asText())
            .isEqualTo(Shop.demand(answer).path("error").asText())
            .isEqualTo("invalid_exact_evm_payload_authorization_value_mismatch");
      }
      assertNothingConsumed();
    }

    @Test
    @DisplayName("X-PAYMENT pays and gets X-PAYMENT-RESPONSE only; the facilitator sees version 2")
    void pays() throws Exception {
      ObjectNode payment = v1(shop.payment());

      HttpResponse<String> answer = shop.post(SERVICE, BODY, "X-PAYMENT", Shop.encode(payment));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertReceipt(answer, "X-PAYMENT-RESPONSE");
      assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
      assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
      List<String> sent = shop.facilitator().bodies("settle");
      JsonNode request = Shop.json(sent.get(sent.size() - 1));
      assertThat(request.path("x402Version").asInt()).isEqualTo(2);
      assertThat(request.at("/paymentPayload/x402Version").asInt()).isEqualTo(2);
      assertThat(request.at("/paymentPayload/payload")).isEqualTo(payment.get("payload"));
      assertOneSale();
    }

    @Test
    @DisplayName("a refused settlement is told in X-PAYMENT-RESPONSE only")
    void refusedSettlement() throws Exception {
      shop.facilitator()
          .on(
              "settle",
              1,
              FaultyFacilitator.answering(
                  400,
                  "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"transaction\":\"\","
                      + "\"network\":\"eip155:84532\"}"));

      HttpResponse<String> answer =
          shop.post(SERVICE, BODY, "X-PAYMENT", Shop.encode(v1(shop.payment())));

      assertThat(answer.statusCode()).isEqualTo(402);
      JsonNode receipt =
          Shop.decode(answer.headers().firstValue("X-PAYMENT-RESPONSE").orElseThrow());
      assertThat(receipt.path("success").asBoolean(true)).isFalse();
      assertThat(receipt.path("errorReason").asText()).isEqualTo("insufficient_funds");
      assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
      assertStrictV1(Shop.json(answer));
      assertThat(shop.settled()).isEqualTo(settled);
    }

    @Test
    @DisplayName("one payment in both headers, one after the other, is one use")
    void bothHeaders() throws Exception {
      for (boolean legacyFirst : new boolean[] {true, false}) {
        openBooks();
        ObjectNode payment = shop.payment();
        HttpResponse<String> first = send(payment, legacyFirst);
        HttpResponse<String> second = send(payment, !legacyFirst);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertReceipt(second, legacyFirst ? "PAYMENT-RESPONSE" : "X-PAYMENT-RESPONSE");
        assertOneSale();
      }
    }

    private HttpResponse<String> send(ObjectNode payment, boolean legacy) throws Exception {
      return legacy
          ? shop.post(SERVICE, BODY, "X-PAYMENT", Shop.encode(v1(payment)))
          : shop.buy(Shop.encode(payment));
    }
  }

  @Nested
  @DisplayName("more than one proof of payment")
  class SeveralProofs {

    @Test
    @DisplayName("a token beside a payment is refused, and the payment stays good")
    void tokenAndPayment() throws Exception {
      for (String header : List.of("PAYMENT-SIGNATURE", "X-PAYMENT")) {
        openBooks();
        ObjectNode payment = shop.payment();
        String value = Shop.encode(header.equals("X-PAYMENT") ? v1(payment) : payment);

        assertSeveral(shop.post(SERVICE, BODY, header, value, "X-Payment-Token", "tok_1"));
        assertSeveral(
            shop.post(
                SERVICE, BODY, "Authorization", "Bearer tok_" + "1".repeat(43), header, value));

        assertNothingConsumed();
        assertThat(shop.post(SERVICE, BODY, header, value).statusCode()).isEqualTo(200);
        assertOneSale();
      }
    }

    @Test
    @DisplayName("PAYMENT-SIGNATURE beside X-PAYMENT is refused, and the payment stays good")
    void bothVersions() throws Exception {
      ObjectNode payment = shop.payment();
      String v2 = Shop.encode(payment);

      assertSeveral(
          shop.post(SERVICE, BODY, "PAYMENT-SIGNATURE", v2, "X-PAYMENT", Shop.encode(v1(payment))));
      assertSeveral(shop.post(SERVICE, BODY, "X-PAYMENT", "junk", "PAYMENT-SIGNATURE", v2));

      assertNothingConsumed();
      assertThat(shop.buy(v2).statusCode()).isEqualTo(200);
      assertOneSale();
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(strings = {"PAYMENT-SIGNATURE", "X-PAYMENT", "X-Payment-Token"})
    @DisplayName("the same header twice is refused, alike or not, in any letter case")
    void twice(String header) throws Exception {
      ObjectNode payment = shop.payment();
      String value = Shop.encode(header.equals("X-PAYMENT") ? v1(payment) : payment);

      assertSeveral(shop.post(SERVICE, BODY, header, value, header, value));
      assertSeveral(shop.post(SERVICE, BODY, header, value, header.toLowerCase(), "other"));

      assertNothingConsumed();
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
      assertOneSale();
    }

    @Test
    @DisplayName("two payments joined by a comma are refused, and both stay good")
    void commaJoined() throws Exception {
      String one = shop.signature();
      String other = shop.signature();

      for (String joined : List.of(one + "," + other, one + ", " + one, one + ",")) {
        HttpResponse<String> answer = shop.buy(joined);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
      }

      assertNothingConsumed();
      assertThat(shop.buy(one).statusCode()).isEqualTo(200);
      assertThat(shop.buy(other).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "Payment eyJ4NDAyVmVyc2lvbiI6Mn0=",
          "L402 AGIAJEemVQUTEyNCR0exk7ek90Cg==:1234",
          "Bearer eyJhbGciOiJub25lIn0.e30.c2ln",
          "Basic dXNlcjpwYXNzd29yZA=="
        })
    @DisplayName("an Authorization that we did not ask for neither pays nor disturbs")
    void authorizationHeader(String authorization) throws Exception {
      HttpResponse<String> unpaid = shop.post(SERVICE, BODY, "Authorization", authorization);
      assertThat(unpaid.statusCode()).isEqualTo(402);
      assertThat(Shop.json(unpaid).path("error").asText()).isEqualTo("payment_required");
      assertNothingConsumed();

      HttpResponse<String> paid =
          shop.post(
              SERVICE, BODY, "Authorization", authorization, "PAYMENT-SIGNATURE", shop.signature());
      assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
      assertThat(paid.headers().map().toString() + paid.body())
          .doesNotContain(authorization.split(" ")[1]);
      assertOneSale();
    }

    private void assertSeveral(HttpResponse<String> answer) throws IOException {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("multiple_payment_methods");
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    }
  }

  /** A named way to spoil a payment. */
  private record Spoiling(String name, int status, Consumer<ObjectNode> edit) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Spoiling> spoilings() {
    long now = Instant.now().getEpochSecond();
    return Stream.of(
        new Spoiling("amount", 402, sent -> accepted(sent).put("amount", "1")),
        new Spoiling("value", 402, sent -> authorization(sent).put("value", "199999")),
        new Spoiling("payTo", 402, sent -> accepted(sent).put("payTo", SandboxChain.ASSET)),
        new Spoiling("to", 402, sent -> authorization(sent).put("to", SandboxChain.ASSET)),
        new Spoiling("asset", 402, sent -> accepted(sent).put("asset", SandboxChain.PAY_TO)),
        new Spoiling("network", 402, sent -> accepted(sent).put("network", "eip155:8453")),
        new Spoiling("scheme", 402, sent -> accepted(sent).put("scheme", "upto")),
        new Spoiling("scheme object", 402, sent -> accepted(sent).putObject("scheme")),
        new Spoiling(
            "name", 402, sent -> ((ObjectNode) sent.at("/accepted/extra")).put("name", "USD Coin")),
        new Spoiling("timeout", 402, sent -> accepted(sent).put("maxTimeoutSeconds", 9999)),
        new Spoiling("over", 402, sent -> authorization(sent).put("validBefore", "" + (now - 1))),
        new Spoiling(
            "too soon", 402, sent -> authorization(sent).put("validBefore", "" + (now + 8))),
        new Spoiling(
            "not yet", 402, sent -> authorization(sent).put("validAfter", "" + (now + 60))),
        new Spoiling("nonce", 400, sent -> authorization(sent).put("nonce", "0x1234")),
        new Spoiling("zero", 400, sent -> authorization(sent).put("nonce", "0x" + "00".repeat(32))),
        new Spoiling("version 1", 400, sent -> sent.put("x402Version", 1)),
        new Spoiling("version 99", 400, sent -> sent.put("x402Version", 99)),
        new Spoiling("version text", 400, sent -> sent.put("x402Version", "2")),
        new Spoiling("number", 400, sent -> authorization(sent).put("value", 200000)),
        new Spoiling("negative", 400, sent -> authorization(sent).put("value", "-1")),
        new Spoiling(
            "bloat", 400, sent -> sent.putObject("extensions").put("x", "x".repeat(15000))));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("spoilings")
  @DisplayName("what does not fit our terms is refused before anybody is asked")
  void spoiled(Spoiling spoiling) throws Exception {
    ObjectNode payment = shop.payment();
    ObjectNode spoiled = payment.deepCopy();
    spoiling.edit().accept(spoiled);

    HttpResponse<String> answer = shop.buy(Shop.encode(spoiled));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(spoiling.status());
    assertThat(Shop.json(answer).path("error").asText())
        .isEqualTo(spoiling.status() == 402 ? "payment_refused" : "malformed_payment");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED").isPresent())
        .isEqualTo(spoiling.status() == 402);
    assertNothingConsumed();
    assertThat(shop.buy(Shop.encode(payment)).statusCode()).as("still good").isEqualTo(200);
    assertOneSale();
  }

  static Stream<String> unreadable() {
    return Stream.of(
        "!!!",
        "abc",
        "e30=",
        "bnVsbA==",
        base64("{\"x402Version\":2,\"x402Version\":2}"),
        base64("{\"x402Version\":2,\"x\":NaN}"),
        base64("{\"x402Version\":2}{}"),
        base64("{\"x402Version\":1e99999999999}"),
        base64("{\"x402Version\":2,\"x\":\"\\ud800\"}"),
        base64("\uFEFF{\"x402Version\":2}"),
        "A".repeat(17_000));
  }

  @ParameterizedTest(name = "[{index}]")
  @MethodSource("unreadable")
  @DisplayName("what cannot be read is 400, in both headers, and never an error of ours")
  void malformed(String value) throws Exception {
    for (String header : List.of("PAYMENT-SIGNATURE", "X-PAYMENT")) {
      HttpResponse<String> answer = shop.post(SERVICE, BODY, header, value);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("malformed_payment");
      assertThat(answer.body()).doesNotContain("Exception").doesNotContain("jackson");
    }
    assertNothingConsumed();
  }

  @Test
  @DisplayName("half a character in a text that is sent on is 400, not an error of ours")
  void halfACharacter() throws Exception {
    ObjectNode payment = shop.payment();
    String json = payment.toString();
    String spoiled = json.replaceFirst("\"mimeType\":\"[^\"]*\"", "\"mimeType\":\"\\\\ud800\"");
    assertThat(spoiled).isNotEqualTo(json);

    HttpResponse<String> answer = shop.buy(base64(spoiled));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertNothingConsumed();
  }

  @Test
  @DisplayName("a nonce that a call holds begins no second call")
  void reservedNonce() throws Exception {
    String payment = shop.signature();
    var slow =
        shop.client()
            .sendAsync(
                HttpRequest.newBuilder(shop.base().resolve(SERVICE))
                    .POST(HttpRequest.BodyPublishers.ofString(Shop.magic("/sandbox/slow/700")))
                    .header("Content-Type", "application/json")
                    .header("PAYMENT-SIGNATURE", payment)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    Shop.await(() -> shop.upstreamCalls() > upstream);

    HttpResponse<String> copy = shop.buy(payment, Shop.magic("/sandbox/slow/700"));

    assertThat(copy.statusCode()).as(copy.body()).isEqualTo(409);
    assertThat(Shop.json(copy).path("error").asText()).isEqualTo("payment_in_progress");
    assertThat(copy.headers().firstValue("Retry-After")).isPresent();
    assertThat(slow.get().statusCode()).isEqualTo(200);
    assertOneSale();
  }

  private void assertOneSale() throws Exception {
    assertThat(shop.upstreamCalls()).as("calls of the provider").isEqualTo(upstream + 1);
    assertThat(shop.settled()).as("settled").isEqualTo(settled + 1);
  }

  private void assertNothingConsumed() throws Exception {
    assertThat(shop.upstreamCalls()).isEqualTo(upstream);
    assertThat(shop.settled()).isEqualTo(settled);
    assertThat(shop.facilitator().calls("verify")).isEqualTo(verified);
  }

  private static void assertReceipt(HttpResponse<String> answer, String header) throws IOException {
    JsonNode receipt = Shop.decode(answer.headers().firstValue(header).orElseThrow());
    assertThat(receipt.path("success").isBoolean()).isTrue();
    assertThat(receipt.path("success").booleanValue()).isTrue();
    assertThat(receipt.path("transaction").textValue()).matches("0x[0-9a-f]{64}");
    assertThat(receipt.path("network").textValue()).isEqualTo(SandboxChain.NETWORK);
    assertThat(receipt.path("payer").textValue()).isEqualToIgnoringCase(shop.wallet().address());
  }

  /** What the schemas of x402 v1 clients insist on; they parse every entry, and know no null. */
  private static void assertStrictV1(JsonNode body) {
    assertThat(body.path("x402Version").isInt()).isTrue();
    assertThat(body.path("x402Version").intValue()).isEqualTo(1);
    assertThat(body.path("error").isTextual()).isTrue();
    assertThat(body.path("accepts").isArray()).isTrue();
    assertThat(body.path("accepts")).hasSize(1);
    for (JsonNode entry : body.path("accepts")) {
      assertThat(entry.path("scheme").textValue()).isEqualTo("exact");
      assertThat(entry.path("network").isTextual()).isTrue();
      assertThat(entry.path("maxAmountRequired").textValue()).matches("[1-9][0-9]*");
      assertThat(URI.create(entry.path("resource").textValue()).isAbsolute()).isTrue();
      assertThat(entry.path("description").isTextual()).isTrue();
      assertThat(entry.path("mimeType").isTextual()).isTrue();
      assertThat(entry.path("payTo").textValue()).matches("0x[0-9a-fA-F]{40}");
      assertThat(entry.path("asset").textValue()).matches("0x[0-9a-fA-F]{40}");
      assertThat(entry.path("maxTimeoutSeconds").isInt()).isTrue();
      assertThat(entry.path("outputSchema").isObject()).isTrue();
      assertThat(entry.path("extra").isObject()).isTrue();
      assertThat(entry.has("amount")).as("no trace of v2").isFalse();
      assertThat(entry.toString()).doesNotContain("null");
    }
  }

  private static ObjectNode v1(ObjectNode v2) {
    ObjectNode v1 = JSON.createObjectNode().put("x402Version", 1);
    v1.put("scheme", "exact").put("network", "base-sepolia");
    v1.set("payload", v2.get("payload"));
    return v1;
  }

  private static ObjectNode accepted(ObjectNode payment) {
    return (ObjectNode) payment.get("accepted");
  }

  private static ObjectNode authorization(ObjectNode payment) {
    return (ObjectNode) payment.at("/payload/authorization");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
