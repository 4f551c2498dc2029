package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.ledger.sql.SqlLedger;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Folders;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import io.tollroute.testing.SpanCollector;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * What must be in no log line of either format, in no metric, in no trace, and in no answer that it
 * does not belong to.
 */
class LeakageTest {

  private static final String FACILITATOR_TOKEN = "facilitator-token-5c1f";
  private static final String MANAGEMENT_TOKEN = "management-token-8d02";
  private static final String LEDGER_KEY = "bGVha2FnZSB0ZXN0IGtleSwgMzIgYnl0ZXMgb2YgaXQ=";
  private static final String IMAGE = "private-image-77aa";

  /** What all tests have planted: what was traced is looked through when all of it has come. */
  private static final List<String> PLANTED = new ArrayList<>();

  private static SpanCollector collector;
  private static Shop shop;

  private final List<String> answers = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();
  private LogLines log;
  private LogLines json;

  @BeforeAll
  static void open() throws Exception {
    collector = new SpanCollector();
    shop =
        Shop.open(
            traced(
                Map.of(
                    "TOLLROUTE_X402_FACILITATOR_AUTH",
                    "bearer",
                    "TOLLROUTE_X402_FACILITATOR_TOKEN",
                    FACILITATOR_TOKEN,
                    "TOLLROUTE_MANAGEMENT_TOKEN",
                    MANAGEMENT_TOKEN,
                    "TOLLROUTE_LEDGER_KEY",
                    LEDGER_KEY,
                    "TOLLROUTE_X402_PENDING_SENDS",
                    "2",
                    "TOLLROUTE_ALIBABA_TIMEOUT_SECONDS",
                    "2")));
  }

  private static Map<String, String> traced(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(collector.settings());
    all.putAll(settings);
    return all;
  }

  @AfterAll
  static void close() throws Exception {
    // sends what is left
    shop.close();
    collector.close();
    assertThat(collector.faults()).isEmpty();
    assertThat(collector.spans()).hasSizeGreaterThan(100);
    for (String sent : collector.raw()) {
      assertThat(PLANTED).noneMatch(sent::contains);
      assertThat(sent).doesNotContain("Exception", "forged", "jndi");
    }
  }

  @BeforeEach
  void listen() {
    log = LogLines.capture();
    json = LogLines.captureJson();
  }

  @AfterEach
  void stopListening() {
    json.close();
    log.close();
    shop.facilitator().behave();
  }

  private static String body(String path) {
    return "{\"ImageURLA\":\"https://"
        + IMAGE
        + ".example.com"
        + path
        + "?Signature="
        + IMAGE
        + "\",\"ImageURLB\":\"https://"
        + IMAGE
        + ".example.com/b.jpg\"}";
  }

  private static String body() {
    return body("/a.jpg");
  }

  /** A fresh payment whose parts are secrets from here on. */
  private ObjectNode payment() throws Exception {
    ObjectNode payment = shop.payment();
    hide(payment);
    return payment;
  }

  private void hide(JsonNode payment) {
    secrets.add(payment.at("/payload/signature").asText().substring(2, 60));
    secrets.add(payment.at("/payload/authorization/nonce").asText().substring(2));
    String header = Shop.encode(payment);
    int signed = payment.toString().indexOf("0x" + secrets.get(secrets.size() - 2)) / 3 * 4 + 8;
    secrets.add(header.substring(signed, signed + 60));
  }

  private HttpResponse<String> buy(JsonNode payment, String body) throws Exception {
    HttpResponse<String> answer = shop.buy(Shop.encode(payment), body);
    if (answer.statusCode() == 200) {
      // the answer itself belongs to the buyer; here it is what nobody else may see
      JsonNode result = Shop.json(answer).at("/data/Result");
      assertThat(result.path("Confidence").isNumber()).isTrue();
      secrets.add("Confidence");
      secrets.add("\"" + result.path("Confidence").asText() + "\"");
    } else {
      answers.add(answer.headers().map() + answer.body());
    }
    return answer;
  }

  private HttpResponse<String> buy(String body) throws Exception {
    return buy(payment(), body);
  }

  private void assertNothingLeaked() throws Exception {
    String facilitator = shop.facilitator().uri().getAuthority();
    List<String> hidden = new ArrayList<>(secrets);
    hidden.addAll(
        List.of(
            IMAGE,
            FACILITATOR_TOKEN,
            MANAGEMENT_TOKEN,
            LEDGER_KEY,
            SandboxAccount.ACCESS_KEY_ID,
            SandboxAccount.ACCESS_KEY_SECRET,
            shop.wallet().address().substring(2),
            shop.wallet().address().substring(2).toLowerCase(java.util.Locale.ROOT),
            "RectA",
            "HMAC",
            "AccessKeyId=",
            "SignatureNonce=",
            "pk=1234567890123456"));
    PLANTED.addAll(hidden);
    for (LogLines format : List.of(log, json)) {
      for (String line : format.lines()) {
        assertThat(line).doesNotContain(hidden);
      }
    }
    assertThat(json.lines()).hasSameSizeAs(log.lines());
    String metrics =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.management().resolve("/observe/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    assertThat(metrics).contains("tollroute_calls_total").doesNotContain(hidden);
    hidden.remove(shop.wallet().address().substring(2).toLowerCase(java.util.Locale.ROOT));
    for (String answer : answers) {
      assertThat(answer)
          .doesNotContain(hidden)
          .doesNotContain(facilitator, "/sandbox", "aliyuncs", "cn-shanghai", "jdbc", "sqlite")
          .doesNotContain("Exception", "Throwable", ".java", "java.", "javax.", "\\tat ", "\tat ")
          .doesNotContain("io.tollroute", "org.apache", "io.vertx", "io.netty", "com.fasterxml");
    }
  }

  private static List<String> alibabaCodes() throws Exception {
    try (InputStream codes =
        SandboxAccount.class.getResourceAsStream(
            "/io/tollroute/sandbox/standin/alibaba-errors.json")) {
      List<String> names = new ArrayList<>();
      new YAMLMapper().readTree(codes).fieldNames().forEachRemaining(names::add);
      return names;
    }
  }

  @Test
  @DisplayName("nothing of a sale is in the log")
  void sale() throws Exception {
    ObjectNode payment = payment();
    assertThat(buy(payment, body()).statusCode()).isEqualTo(200);
    assertThat(buy(payment, body()).statusCode()).as("replayed").isEqualTo(200);
    assertThat(buy(payment, body("/c.jpg")).statusCode()).isEqualTo(409);

    assertThat(log.lines()).isNotEmpty();
    assertNothingLeaked();
  }

  @Test
  @DisplayName("nothing of a refused request is in an answer or in the log")
  void refusedRequests() throws Exception {
    for (String body :
        List.of(
            "",
            "{",
            "{\"https://" + IMAGE + "/\":1}",
            "{\"https://" + IMAGE + "\":{\"" + IMAGE + "/\":[}}",
            body().replace("}", ",\"" + IMAGE + "/x\":1}"),
            body().replace("}", ",\"AccessKey" + "Secret\":\"" + IMAGE + "\"}"),
            body().replace("https://" + IMAGE + ".example.com", "http://127.0.0.1"),
            body().replace(".example.com", ".localhost"),
            body().replace("https://", "https://" + IMAGE + ":" + IMAGE + "@"),
            body().replace("https", "gopher"),
            body().replace("\"https", "\"\\u0000https"),
            "{\"ImageURLA\":\"" + IMAGE + "\",\"ImageURLB\":5}",
            "{\"ImageURLA\":\"" + IMAGE + "\\ud800\"}")) {
      HttpResponse<String> answer = buy(body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }
    HttpResponse<String> type =
        shop.post(
            Shop.SERVICE,
            body(),
            "PAYMENT-SIGNATURE",
            Shop.encode(payment()),
            "Content-Encoding",
            IMAGE);
    answers.add(type.headers().map() + type.body());
    HttpResponse<String> unknown = shop.post("/api/tools/" + IMAGE, body(), "Accept", IMAGE);
    answers.add(unknown.headers().map() + unknown.body());

    assertNothingLeaked();
  }

  @Test
  @DisplayName("nothing of a refused payment is in an answer or in the log")
  void refusedPayments() throws Exception {
    ObjectNode otherSignature = payment();
    ((ObjectNode) otherSignature.path("payload"))
        .put("signature", payment().at("/payload/signature").asText());
    ObjectNode otherResource = payment();
    ((ObjectNode) otherResource.path("resource")).put("url", "https://" + IMAGE + "/x");
    ObjectNode unreadable = payment();
    ((ObjectNode) unreadable.at("/payload/authorization")).put("value", IMAGE);
    ObjectNode otherPrice = payment();
    ((ObjectNode) otherPrice.path("accepted")).put("amount", "1");
    ObjectNode otherScheme = payment();
    ((ObjectNode) otherScheme.path("accepted")).put("scheme", IMAGE);
    for (ObjectNode payment :
        List.of(otherSignature, otherResource, unreadable, otherPrice, otherScheme)) {
      hide(payment);
      assertThat(buy(payment, body()).statusCode()).isIn(400, 402);
    }
    for (String header : List.of(IMAGE, "{\"" + IMAGE, "e30=", Shop.encode(Shop.json("[]")))) {
      HttpResponse<String> answer = shop.buy(header, body());
      assertThat(answer.statusCode()).isEqualTo(400);
      answers.add(answer.headers().map() + answer.body());
    }
    HttpResponse<String> token = shop.post(Shop.SERVICE, body(), "X-Payment-Token", IMAGE);
    answers.add(token.headers().map() + token.body());

    assertNothingLeaked();
  }

  @Test
  @DisplayName("nothing that Alibaba says but its code is in an answer or in the log")
  void providerErrors() throws Exception {
    List<String> codes = alibabaCodes();
    assertThat(codes).hasSizeGreaterThan(20);
    for (String code : codes) {
      HttpResponse<String> answer = buy(body("/sandbox/error/" + code));
      assertThat(answer.statusCode()).as(code).isIn(422, 502, 503, 504);
    }
    for (String outage :
        List.of("reset", "truncated", "html", "status-503", "empty", "huge", "nested", "drip")) {
      HttpResponse<String> answer = buy(body("/sandbox/outage/" + outage));
      assertThat(answer.statusCode()).as(outage).isIn(502, 503, 504);
    }

    assertNothingLeaked();
  }

  @Test
  @DisplayName("nothing that a facilitator says but a reason word is in an answer or the log")
  void facilitatorFaults() throws Exception {
    String trace = "java.lang.NullPointerException\\n\\tat com.bank.Key(Key.java:1) " + IMAGE;
    List<FaultyFacilitator.Fault> faults =
        List.of(
            FaultyFacilitator.answering(500, "<html>" + IMAGE + "</html>"),
            FaultyFacilitator.answering(200, "{\"error\":\"" + trace + "\"}"),
            FaultyFacilitator.answering(401, "{\"message\":\"bad key " + FACILITATOR_TOKEN + "\"}"),
            FaultyFacilitator.answering(
                200,
                "{\"isValid\":false,\"success\":false,\"transaction\":\"\",\"invalidReason\":\""
                    + trace
                    + "\",\"errorReason\":\""
                    + trace
                    + "\",\"invalidMessage\":\""
                    + trace
                    + "\",\"errorMessage\":\""
                    + trace
                    + "\"}"),
            FaultyFacilitator.answering(
                200, "{\"isValid\":true,\"success\":true,\"payer\":\"" + IMAGE + "\"}"),
            FaultyFacilitator.hangingUp());
    for (String operation : List.of("verify", "settle")) {
      for (FaultyFacilitator.Fault fault : faults) {
        shop.facilitator().on(operation, fault);
        assertThat(buy(body()).statusCode()).isIn(402, 503);
        shop.facilitator().behave();
      }
    }

    assertThat(answers).hasSize(2 * faults.size());
    assertNothingLeaked();
  }

  @Test
  @DisplayName("nothing of the database is in an answer, nothing of a sale in its alert")
  void brokenLedger() throws Exception {
    try (Shop other = Shop.open(traced(Map.of()))) {
      ObjectNode late = other.payment();
      hide(late);
      other
          .facilitator()
          .on(
              "settle",
              (exchange, passing) -> {
                other.bean("ledger", SqlLedger.class).close();
                FaultyFacilitator.hangingUp().apply(exchange, passing);
              });
      HttpResponse<String> unknown = other.buy(Shop.encode(late), body());
      assertThat(unknown.statusCode()).isEqualTo(503);
      assertThat(Shop.json(unknown).path("error").asText()).isEqualTo("settlement_unknown");
      ObjectNode next = other.payment();
      hide(next);
      HttpResponse<String> refused = other.buy(Shop.encode(next), body());
      assertThat(Shop.json(refused).path("error").asText()).isEqualTo("ledger_unavailable");
      answers.add(unknown.headers().map() + unknown.body());
      answers.add(refused.headers().map() + refused.body());
    }

    assertThat(log.lines()).anyMatch(line -> line.contains("alert=charge_not_ended"));
    assertNothingLeaked();
  }

  @Test
  @DisplayName("what nobody expected is logged by type and place, and told as our fault")
  void unexpectedFailure(@TempDir Path folder) throws Exception {
    Path routes = Folders.copy(Path.of("routes"), folder.resolve("routes"));
    Folders.edit(
        routes.resolve("payment/x402.camel.yaml"),
        "        - to:\n            uri: direct:facilitator-verify\n",
        "        - throwException:\n"
            + "            exceptionType: java.lang.IllegalStateException\n"
            + "            message: \"${header.PAYMENT-SIGNATURE} ${variable.input} "
            + IMAGE
            + "\"\n");
    try (Shop other = Shop.open(traced(Map.of("TOLLROUTE_ROUTES", routes.toString())))) {
      ObjectNode payment = other.payment();
      hide(payment);
      HttpResponse<String> answer = other.buy(Shop.encode(payment), body());
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("internal_error");
      answers.add(answer.headers().map() + answer.body());
    }

    assertThat(log.lines())
        .anyMatch(line -> line.contains("alert=unexpected_failure"))
        .anyMatch(line -> line.contains("IllegalStateException"));
    assertNothingLeaked();
  }

  @Test
  @DisplayName("what comes from outside makes one escaped log line, or none")
  void oneLine() throws Exception {
    try (ServerSocket ldap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      ldap.setSoTimeout(100);
      String jndi = "${jndi:ldap://127.0.0.1:" + ldap.getLocalPort() + "/x}";
      String forged = jndi + "\r\n2026-11-23T00:00:00Z INFO forged \u001b[31m";
      String escaped = jndi + "\\r\\n2026-11-23T00:00:00Z INFO forged \\u001b[31m";

      List<String> requests = new ArrayList<>();
      requests.add(RawHttp.post("/api/tools/" + jndi + "%0d%0aforged%1b[31m", ""));
      requests.add(RawHttp.post("/" + jndi, "", "Origin: " + jndi, "Accept: " + jndi));
      requests.add(RawHttp.post(Shop.SERVICE, "{\"" + escaped + "\":1}", "User-Agent: " + jndi));
      for (String header : List.of("X-PAYMENT", "PAYMENT-SIGNATURE", "X-Payment-Token")) {
        requests.add(RawHttp.post(Shop.SERVICE, Shop.BODY, header + ": " + jndi));
        requests.add(RawHttp.post(Shop.SERVICE, Shop.BODY, header + ": \u001b[31m" + jndi));
      }
      ObjectNode named = shop.payment();
      ((ObjectNode) named.path("resource")).put("url", forged);
      ((ObjectNode) named.path("accepted")).put("network", forged);
      requests.add(
          RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + Shop.encode(named)));
      for (String body :
          List.of(
              "{\"" + escaped + "\":1}",
              Shop.BODY.replace("example.com/a.jpg", "example.com/" + escaped),
              Shop.BODY.replace("example.com/a.jpg", "example.com/sandbox/error/" + jndi))) {
        requests.add(RawHttp.post(Shop.SERVICE, body, "PAYMENT-SIGNATURE: " + shop.signature()));
      }
      for (String request : requests) {
        assertThat(shop.raw().send(request).status()).isIn(200, 400, 402, 404);
      }
      for (String operation : List.of("verify", "settle")) {
        shop.facilitator()
            .on(
                operation,
                FaultyFacilitator.answering(
                    200,
                    "{\"isValid\":false,\"success\":false,\"transaction\":\"\",\"network\":\"x\","
                        + "\"invalidReason\":\""
                        + escaped
                        + "\",\"errorReason\":\""
                        + escaped
                        + "\"}"));
        HttpResponse<String> answer = shop.buy(shop.signature());
        assertThat(answer.statusCode()).isEqualTo(operation.equals("verify") ? 402 : 503);
        assertThat(answer.headers().map() + answer.body()).doesNotContain("forged", "jndi");
        shop.facilitator().behave();
      }

      for (LogLines format : List.of(log, json)) {
        for (String event : format.lines()) {
          assertThat(event).endsWith("\n").doesNotContain("forged", "jndi");
          assertThat(event.strip()).doesNotMatch("(?s).*\\p{Cntrl}.*");
        }
      }
      assertThatThrownBy(ldap::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  @DisplayName("whatever is logged, and with whatever exception, is one line of text")
  void layout() {
    LoggerFactory.getLogger("test")
        .warn(
            "a\r\nb\u001b[31m {}",
            "${jndi:ldap://127.0.0.1:1/x}\n\tc",
            new IllegalStateException("d\r\ne\u001b[31m", new Exception("f\ng")));

    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0)).endsWith("\n");
    assertThat(log.lines().get(0).strip())
        .doesNotMatch("(?s).*\\p{Cntrl}.*")
        .contains("${jndi:ldap://127.0.0.1:1/x}");
  }

  @Test
  @DisplayName("a stranger who pays nothing cannot fill the log")
  void noFlood() throws Exception {
    for (String request :
        List.of(
            "\u0000\r\n\r\n",
            "POST\r\n\r\n",
            RawHttp.post(Shop.SERVICE + "?" + "x".repeat(5_000), ""),
            RawHttp.post(Shop.SERVICE + "%zz", ""),
            RawHttp.post(Shop.SERVICE + "?x=%", ""),
            RawHttp.post(Shop.SERVICE, "", "X: " + "x".repeat(30_000)),
            RawHttp.post(Shop.SERVICE, "x".repeat(70_000)),
            RawHttp.post(Shop.SERVICE, "", "Content-Encoding: gzip"),
            RawHttp.post(Shop.SERVICE, ""),
            RawHttp.post(Shop.SERVICE, "", "PAYMENT-SIGNATURE: nonsense"),
            RawHttp.post(Shop.SERVICE, "", "PAYMENT-SIGNATURE: e30=", "X-PAYMENT: e30="),
            RawHttp.post("/api/tools/nothing", ""),
            RawHttp.post("/nothing", ""),
            RawHttp.post("/docs/errors", ""),
            "GET " + Shop.SERVICE + " HTTP/1.1\r\nHost: shop\r\n\r\n",
            "GET " + Shop.SERVICE + " HTTP/9.9\r\nHost: shop\r\n\r\n")) {
      assertThat(shop.raw().send(request).status()).isBetween(400, 501);
    }

    assertThat(log.lines()).isEmpty();
  }

  @Test
  @DisplayName("the id of a request is ours, whatever the caller calls it")
  void requestId() throws Exception {
    for (String id :
        List.of("mine", "req_0000000000000000", "a".repeat(5_000), "x\u001b[31m", "\"><b>")) {
      for (String header : List.of("X-Request-Id", "x-request-id", "X-Correlation-Id")) {
        RawHttp.Answer unpaid = shop.raw().send(RawHttp.post(Shop.SERVICE, "", header + ": " + id));
        RawHttp.Answer wrong = shop.raw().send(RawHttp.post("/nothing", "", header + ": " + id));
        for (RawHttp.Answer answer : List.of(unpaid, wrong)) {
          assertThat(answer.header("X-Request-Id").orElseThrow())
              .matches("req_[0-9a-f]{24}")
              .isEqualTo(Shop.json(answer.body()).path("requestId").asText())
              .isNotEqualTo(id);
          assertThat(answer.headers().toString() + answer.body()).doesNotContain(id);
        }
      }
    }
    String payment = shop.signature();
    HttpResponse<String> paid =
        shop.post(
            Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE", payment, "X-Request-Id", "mine-mine");
    assertThat(paid.statusCode()).isEqualTo(200);
    assertThat(Shop.json(paid).path("requestId").asText())
        .isEqualTo(paid.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(log.lines()).noneMatch(line -> line.contains("mine-mine"));
  }
}
