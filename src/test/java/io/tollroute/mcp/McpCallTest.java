package io.tollroute.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class McpCallTest {

  private static Shop shop;
  private static McpClient client;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
    client = new McpClient(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  private static void assertUntouched(Books before) throws Exception {
    assertThat(shop.takeStock()).isEqualTo(before);
  }

  private static void assertOneSale(Books before) throws Exception {
    Books since = shop.since(before);
    assertThat(since.upstream()).isEqualTo(1);
    assertThat(since.settled()).isEqualTo(1);
    assertThat(since.income()).isEqualTo(200_000);
  }

  @Test
  @DisplayName("an unpaid call gets the terms as a result, and nothing else happens")
  void unpaid() throws Exception {
    Books before = shop.takeStock();

    JsonNode result = client.call(McpClient.arguments(), McpClient.object());

    assertThat(result.path("isError").asBoolean()).isTrue();
    JsonNode terms = result.path("structuredContent");
    assertThat(Shop.json(result.at("/content/0/text").asText())).isEqualTo(terms);
    assertThat(result.at("/content/0/text").asText()).isEqualTo(terms.toString());
    assertThat(result.path("_meta").path("x402/error")).isEqualTo(terms);
    assertThat(terms.path("x402Version").asInt()).isEqualTo(2);
    assertThat(terms.at("/accepts/0/amount").asText()).isEqualTo("200000");
    assertThat(terms.path("error").asText())
        .contains("USD 0.20", "/api/payments", "masked-face-comparison", "paymentToken");
    assertThat(result.at("/content/1/text").asText()).isEqualTo(terms.path("error").asText());
    assertThat(result.path("content")).hasSize(2);
    assertThat(terms.path("extensions").has("bazaar")).isFalse();
    assertThat(result.path("content").toString().length()).isLessThan(1_500);
    assertUntouched(before);
  }

  @Test
  @DisplayName("A token as the connection's bearer pays, what others sign in with does not")
  void bearer() throws Exception {
    TokenBuyer buyer = new TokenBuyer(shop);
    String token = TokenBuyer.token(buyer.paid(2));
    ObjectNode withToken = McpClient.arguments().put("paymentToken", token);
    ObjectNode other = McpClient.arguments().put("QualityScoreThreshold", 7);

    for (String header : List.of("Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer", "Basic dG9r")) {
      asDemand(
          client.call(McpClient.arguments(), McpClient.object(), "Authorization", header),
          "Payment required");
    }
    JsonNode paid =
        client.call(McpClient.arguments(), McpClient.object(), "Authorization", "Bearer " + token);
    JsonNode same = client.call(withToken, McpClient.object(), "Authorization", "Bearer " + token);
    JsonNode second = client.call(other, McpClient.object(), "Authorization", "bearer " + token);

    assertThat(paid.path("isError").asBoolean()).as(paid.toString()).isFalse();
    assertThat(same.path("isError").asBoolean()).as(same.toString()).isFalse();
    assertThat(second.path("isError").asBoolean()).as(second.toString()).isFalse();
    assertThat(paid.toString()).doesNotContain(token);
    assertFailed(
        client.call(
            McpClient.arguments(),
            (ObjectNode) McpClient.object().set("x402/payment", shop.payment()),
            "Authorization",
            "Bearer " + token),
        "multiple_payment_methods");
  }

  @Test
  @DisplayName("a token in an argument that is not for it is refused with where it goes")
  void misplaced() throws Exception {
    Books before = shop.takeStock();

    for (String name : List.of("token", "payment_token", "X-Payment-Token")) {
      JsonNode result =
          client.call(McpClient.arguments().put(name, "tok_" + "A".repeat(43)), McpClient.object());
      assertFailed(result, "misplaced_token");
      assertThat(result.toString()).contains("paymentToken").doesNotContain("tok_A");
    }
    assertUntouched(before);
  }

  @Test
  @DisplayName("a call paid in _meta is answered, with the receipt in _meta, and money moves once")
  void paid() throws Exception {
    Books before = shop.takeStock();

    JsonNode result = client.pay(shop.payment());

    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    JsonNode answer = result.path("structuredContent");
    assertThat(answer.path("message").asText()).isEqualTo("success");
    assertThat(answer.at("/data/Result/Confidence").isNumber()).isTrue();
    assertThat(Shop.json(result.at("/content/0/text").asText())).isEqualTo(answer);
    JsonNode receipt = result.path("_meta").path("x402/payment-response");
    assertThat(receipt.path("success").asBoolean()).isTrue();
    assertThat(receipt.path("transaction").asText()).startsWith("0x");
    assertOneSale(before);
  }

  @Test
  @DisplayName("a payment as base64 in _meta and one as a header on the POST are as good")
  void otherWays() throws Exception {
    Books before = shop.takeStock();

    JsonNode text = client.pay(TextNode.valueOf(shop.signature()));
    JsonNode header =
        client.call(
            McpClient.arguments(), McpClient.object(), "PAYMENT-SIGNATURE", shop.signature());

    assertAnswered(text);
    assertAnswered(header);
    assertThat(shop.since(before).settled()).isEqualTo(2);
    assertThat(shop.since(before).upstream()).isEqualTo(2);
  }

  private static void assertAnswered(JsonNode result) {
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
    assertThat(result.at("/structuredContent/data/Result/Confidence").isNumber()).isTrue();
    assertThat(result.path("_meta").path("x402/payment-response").path("success").asBoolean())
        .isTrue();
  }

  private static void assertFailed(JsonNode result, String word) {
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isTrue();
    assertThat(result.at("/structuredContent/error").asText()).isEqualTo(word);
    assertThat(result.at("/structuredContent/charged").asText()).isEqualTo("no");
    assertThat(result.at("/content/1/text").asText()).contains("Charged: no.");
  }

  private static JsonNode asDemand(JsonNode result, String reason) {
    assertThat(result.path("isError").asBoolean()).as(result.toString()).isTrue();
    JsonNode terms = result.path("structuredContent");
    assertThat(terms.path("x402Version").asInt()).isEqualTo(2);
    assertThat(terms.path("error").asText()).contains(reason);
    return terms;
  }

  @ParameterizedTest
  @CsvSource({
    "/sandbox/error/InvalidImage.NotFoundFace, provider_rejected",
    "/sandbox/outage/html, provider_failed",
    "/sandbox/slow/5000, provider_timeout"
  })
  @DisplayName("a tool that fails is not settled, and its payment is still good")
  void failing(String path, String word) throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();

    JsonNode failed =
        client.call(Shop.json(Shop.magic(path)), McpClient.object().set("x402/payment", payment));

    assertFailed(failed, word);
    assertThat(shop.since(before).settled()).isZero();
    assertThat(shop.since(before).income()).isZero();
    assertAnswered(client.pay(payment));
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("a payment that is refused gets the terms with the reason, and no content")
  void refused() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();
    ObjectNode signed = (ObjectNode) payment.path("payload");
    String signature = signed.path("signature").asText();
    signed.put(
        "signature",
        signature.substring(0, 20)
            + (signature.startsWith("00", 20) ? "11" : "00")
            + signature.substring(22));

    JsonNode result = client.pay(payment);

    asDemand(result, "invalid_exact_evm");
    assertThat(result.path("_meta").has("x402/payment-response")).isFalse();
    assertThat(result.toString()).doesNotContain("Confidence");
    assertThat(shop.since(before).upstream()).isZero();
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("a settlement that is refused gives no answer away")
  void unsettled() throws Exception {
    Books before = shop.takeStock();
    shop.facilitator()
        .on(
            "settle",
            1,
            FaultyFacilitator.answering(
                200,
                "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"transaction\":\"\","
                    + "\"network\":\"eip155:84532\"}"));
    JsonNode result;
    try {
      result = client.pay(shop.payment());
    } finally {
      shop.facilitator().behave();
    }

    asDemand(result, "insufficient_funds");
    assertThat(result.toString()).doesNotContain("Confidence");
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("a settlement that is called failed is no call to pay anew: the same pays once")
  void calledFailed() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();
    shop.facilitator()
        .on(
            "settle",
            1,
            FaultyFacilitator.settlingAndCallingItFailed(200, "unexpected_settle_error"));
    JsonNode open;
    try {
      open = client.pay(payment);
    } finally {
      shop.facilitator().behave();
    }
    JsonNode paid = client.pay(payment);

    assertThat(open.path("isError").asBoolean()).isTrue();
    assertThat(open.toString())
        .contains("settlement_unknown")
        .doesNotContain("accepts", "Confidence");
    assertThat(paid.path("isError").asBoolean()).isFalse();
    assertThat(paid.toString()).contains("Confidence");
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("a batch of paid calls is refused whole, and a paid notification buys nothing")
  void batches() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();
    ObjectNode params = McpClient.object().put("name", McpClient.TOOL);
    params.set("arguments", McpClient.arguments());
    params.putObject("_meta").set("x402/payment", payment);
    ObjectNode message = McpClient.request("tools/call", params);

    HttpResponse<String> batch = client.post("[" + message + "," + message + "]");
    ObjectNode silent = message.deepCopy();
    silent.remove("id");
    HttpResponse<String> notification = client.post(silent.toString());
    HttpResponse<String> nullId = client.post(message.deepCopy().putNull("id").toString());

    assertThat(batch.statusCode()).isEqualTo(400);
    assertThat(Shop.json(batch).at("/error/code").asInt()).isEqualTo(-32600);
    assertThat(notification.statusCode()).isEqualTo(202);
    assertThat(notification.body()).isEmpty();
    assertThat(nullId.statusCode()).isEqualTo(400);
    assertUntouched(before);
    HttpResponse<String> first = client.post(message.toString());
    HttpResponse<String> second = client.post(message.toString());
    assertThat(Shop.json(second).path("id").asInt()).isEqualTo(7);
    assertThat(Shop.json(second).at("/result/structuredContent"))
        .isEqualTo(Shop.json(first).at("/result/structuredContent"));
    assertOneSale(before);
  }

  @Test
  @DisplayName("a page of another origin, a foreign host and an unknown version buy nothing")
  void foreign() throws Exception {
    Books before = shop.takeStock();
    ObjectNode params = McpClient.object().put("name", McpClient.TOOL);
    params.set("arguments", McpClient.arguments());
    params.putObject("_meta").set("x402/payment", shop.payment());
    String call = McpClient.request("tools/call", params).toString();

    assertThat(client.post(call, "Origin", "https://evil.example").statusCode()).isEqualTo(403);
    assertThat(client.post(call, "MCP-Protocol-Version", "1.0").statusCode()).isEqualTo(400);
    // RawHttp goes by the name "shop"
    assertThat(shop.raw().send(RawHttp.post("/mcp", call)).status()).isEqualTo(403);
    assertUntouched(before);
    HttpResponse<String> hijack = client.post(call, "Mcp-Session-Id", "another-session");
    assertAnswered(Shop.json(hijack).path("result"));
    assertThat(hijack.headers().firstValue("Mcp-Session-Id")).isEmpty();
    assertOneSale(before);
  }

  @Test
  @DisplayName("one payment over the address, the old address and the tool is one use in total")
  void oneUse() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();

    HttpResponse<String> canonical = shop.buy(Shop.encode(payment));
    HttpResponse<String> alias =
        shop.post(Shop.ALIAS, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));
    JsonNode tool = client.pay(payment);
    JsonNode other =
        client.call(
            Shop.json(Shop.BODY.replace("/a.jpg", "/other.jpg")),
            McpClient.object().set("x402/payment", payment));

    assertThat(canonical.statusCode()).isEqualTo(200);
    assertThat(alias.body()).isEqualTo(canonical.body());
    assertAnswered(tool);
    assertThat(tool.at("/content/0/text").asText()).isEqualTo(canonical.body());
    assertThat(tool.path("_meta").path("io.tollroute/replayed").asBoolean()).isTrue();
    assertFailed(other, "payment_used");
    assertOneSale(before);
  }

  @Test
  @DisplayName("a payment whose resource is the tool or the address is good for both")
  void resources() throws Exception {
    Books before = shop.takeStock();
    ObjectNode forTool = shop.payment();
    ((ObjectNode) forTool.path("resource")).put("url", "mcp://tool/" + McpClient.TOOL);
    ObjectNode foreign = shop.payment();
    ((ObjectNode) foreign.path("resource")).put("url", "mcp://tool/another");

    assertAnswered(client.pay(forTool));
    assertThat(shop.buy(Shop.encode(forTool)).statusCode()).isEqualTo(200);
    asDemand(client.pay(foreign), "resource_mismatch");

    assertOneSale(before);
  }

  @Test
  @DisplayName("the same payment over MCP and HTTP at once is one call")
  void atOnce() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();
    String header = Shop.encode(payment);
    ExecutorService many = Executors.newFixedThreadPool(16);
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        boolean overMcp = i % 2 == 0;
        answers.add(
            many.submit(
                () ->
                    overMcp
                        ? client.pay(payment).at("/content/0/text").asText()
                        : shop.buy(header).body()));
      }
      for (Future<String> answer : answers) {
        JsonNode told = Shop.json(answer.get());
        assertThat(told.path("error").asText()).isIn("", "payment_in_progress");
      }
    } finally {
      many.shutdownNow();
    }
    assertAnswered(client.pay(payment));
    assertOneSale(before);
  }

  @Test
  @DisplayName("an argument token that is not the header's is refused; an equal one is one")
  void twoTokens() throws Exception {
    Books before = shop.takeStock();
    JsonNode argument = McpClient.arguments().put("paymentToken", "token-one");

    JsonNode two = client.call(argument, McpClient.object(), "X-Payment-Token", "token-two");
    JsonNode one = client.call(argument, McpClient.object(), "X-Payment-Token", "token-one");

    assertFailed(two, "multiple_payment_methods");
    assertThat(one.at("/structuredContent/error").asText())
        .doesNotContain("multiple_payment_methods");
    assertThat(two.toString() + one).doesNotContain("token-one", "token-two");
    assertUntouched(before);
  }

  @Test
  @DisplayName("a payment in _meta beside a token or another payment is refused, none is used")
  void twoProofs() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();
    ObjectNode meta = McpClient.object().set("x402/payment", payment);

    JsonNode withToken = client.call(McpClient.arguments().put("paymentToken", "t"), meta);
    JsonNode withHeader = client.call(McpClient.arguments(), meta, "X-Payment-Token", "t");
    JsonNode withOther =
        client.call(McpClient.arguments(), meta, "PAYMENT-SIGNATURE", shop.signature());
    JsonNode withV1 = client.call(McpClient.arguments(), meta, "X-PAYMENT", shop.signature());

    for (JsonNode result : List.of(withToken, withHeader, withOther, withV1)) {
      assertFailed(result, "multiple_payment_methods");
    }
    assertUntouched(before);
    assertAnswered(
        client.call(McpClient.arguments(), meta, "PAYMENT-SIGNATURE", Shop.encode(payment)));
    assertOneSale(before);
  }

  @Test
  @DisplayName("nothing of payment, token, input or answer is in the log or in another text")
  void leakage() throws Exception {
    ObjectNode payment = shop.payment();
    try (LogLines log = LogLines.capture()) {
      JsonNode result =
          client.call(
              Shop.json(Shop.BODY.replace("/a.jpg", "/private-77aa.jpg")),
              McpClient.object().set("x402/payment", payment));
      assertAnswered(result);
      JsonNode refused =
          client.call(
              Shop.json("{\"private-77aa\":\"private-77aa\"}"),
              McpClient.object().set("x402/payment", shop.payment()));
      JsonNode token =
          client.call(McpClient.arguments().put("paymentToken", "secret-77aa"), McpClient.object());
      client.post("{\"private-77aa\"");
      client.result(
          "initialize",
          Shop.json(
              "{\"protocolVersion\":\"private-77aa\",\"clientInfo\":"
                  + "{\"name\":\"private-77aa\",\"version\":\"1\"},\"capabilities\":{}}"));
      String signature = payment.at("/payload/signature").asText().substring(2, 60);

      assertThat(refused.toString() + token).doesNotContain("secret-77aa", "java", "Exception");
      assertThat(log.lines()).isNotEmpty();
      for (String line : log.lines()) {
        assertThat(line).doesNotContain("private-77aa", "secret-77aa", signature, "Confidence");
      }
    }
  }

  @Test
  @DisplayName("extra, missing, wrong and huge arguments fail before the payment is touched")
  void arguments() throws Exception {
    Books before = shop.takeStock();
    ObjectNode payment = shop.payment();
    ObjectNode meta = McpClient.object().set("x402/payment", payment);

    assertFailed(client.call(McpClient.arguments().put("Action", "x"), meta), "invalid_request");
    assertFailed(client.call(McpClient.object(), meta), "invalid_request");
    assertFailed(client.call(McpClient.arguments().put("ImageURLA", 5), meta), "invalid_request");
    ObjectNode params = McpClient.object().put("name", McpClient.TOOL);
    params.set("arguments", McpClient.arguments().put("more", "x".repeat(1 << 20)));
    params.set("_meta", meta);
    HttpResponse<String> huge = client.post(McpClient.request("tools/call", params).toString());
    params.put("name", "no_such_tool");
    params.set("arguments", McpClient.arguments());
    HttpResponse<String> unknown = client.post(McpClient.request("tools/call", params).toString());

    assertThat(huge.statusCode()).isEqualTo(413);
    assertThat(Shop.json(unknown).at("/error/code").asInt()).isEqualTo(-32602);
    Books since = shop.since(before);
    assertThat(since.upstream()).isZero();
    assertThat(since.verified()).isZero();
    assertThat(since.settled()).isZero();
    assertAnswered(client.pay(payment));
    assertOneSale(before);
  }

  @Test
  @DisplayName("A parameter of the address is no header: neither a token nor a version")
  void parameters() throws Exception {
    Books before = shop.takeStock();
    String list = McpClient.request("tools/list", McpClient.object()).toString();
    HttpResponse<String> answer =
        shop.post(
            "/mcp?mcp-protocol-version=1.0&origin=https://evil.example&x-payment-token=t", list);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertUntouched(before);
  }

  @Test
  @DisplayName("No header of a request comes back, and what an answer needs is there")
  void headers() throws Exception {
    HttpResponse<String> answer =
        client.post(
            McpClient.request("tools/list", McpClient.object()).toString(),
            "Authorization",
            "Bearer secret",
            "X-Payment-Token",
            "secret",
            "Cookie",
            "secret");

    assertThat(answer.headers().map().toString()).doesNotContain("secret");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/mcp/.well-known/oauth-protected-resource"
      })
  @DisplayName("There is no sign-in: where one would be announced is a 404 in JSON")
  void noSignIn(String path) throws Exception {
    HttpResponse<String> answer = shop.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("not_found");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp/server-card", "/.well-known/mcp/server-card.json"})
  @DisplayName("The server card says who and where, to everybody")
  void card(String path) throws Exception {
    HttpResponse<String> answer = shop.get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/mcp-server-card+json");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=3600");
    JsonNode remote = Shop.json(answer).at("/remotes/0");
    assertThat(remote.path("url").asText()).isEqualTo(shop.base() + "/mcp");
    assertThat(remote.path("supportedProtocolVersions")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/.well-known/ai-catalog.json", "/.well-known/mcp/catalog.json"})
  @DisplayName("The catalogue leads to the server card")
  void catalog(String path) throws Exception {
    JsonNode entry = Shop.json(shop.get(path)).at("/entries/0");

    assertThat(entry.path("type").asText()).isEqualTo("application/mcp-server-card+json");
    String card = entry.path("url").asText();
    assertThat(shop.get(card.substring(shop.base().toString().length())).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("GET, which older clients try, is 405 and says what is allowed")
  void get() throws Exception {
    HttpResponse<String> answer = shop.get("/mcp");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST, OPTIONS");
  }

  @Test
  @DisplayName("40 calls are worked on side by side")
  void together() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    ExecutorService many = Executors.newFixedThreadPool(40);
    try (Shop patient = Shop.open(Map.of("TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS", "30"))) {
      McpClient buyers = new McpClient(patient);
      patient.facilitator().on("verify", FaultyFacilitator.holdingUntil(released));
      List<Future<JsonNode>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        ObjectNode meta = McpClient.object().set("x402/payment", patient.payment());
        answers.add(many.submit(() -> buyers.call(McpClient.arguments(), meta)));
      }
      Shop.await(() -> patient.facilitator().calls("verify") == 40);
      released.countDown();
      for (Future<JsonNode> answer : answers) {
        assertAnswered(answer.get());
      }
    } finally {
      released.countDown();
      many.shutdownNow();
    }
  }
}
