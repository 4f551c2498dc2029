package io.tollroute.sandbox.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.standin.Alibaba.Call;
import io.tollroute.sandbox.standin.Alibaba.Parameter;
import io.tollroute.sandbox.standin.Alibaba.Reaction;
import io.tollroute.sandbox.standin.Alibaba.Reply;
import io.tollroute.sandbox.standin.Alibaba.Wreck;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlibabaTest {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final JsonMapper json = new JsonMapper();
  private final MutableClock clock = new MutableClock();
  private final Alibaba alibaba =
      new Alibaba(clock, (product, action) -> java.util.Optional.empty());

  @Test
  @DisplayName("a well signed call is answered in the documented shape, marked as simulated")
  void answers() {
    Reply reply = reply(request().with("QualityScoreThreshold", "10").signed());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.contentType()).isEqualTo("application/json;charset=utf-8");
    JsonNode body = body(reply);
    assertThat(body.path("RequestId").asText()).isEqualTo(reply.requestId()).isNotEmpty();
    JsonNode data = body.path("Data");
    assertThat(data.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "Confidence",
            "Thresholds",
            "IsMaskA",
            "IsMaskB",
            "QualityScoreA",
            "QualityScoreB",
            "RectAList",
            "RectBList",
            "LandmarksAList",
            "LandmarksBList",
            "MessageTips",
            "Simulated");
    assertThat(data.path("Confidence").asDouble()).isBetween(0.0, 100.0);
    assertThat(data.path("Thresholds")).hasSize(3);
    assertThat(data.path("RectAList")).hasSize(4);
    assertThat(data.path("LandmarksBList")).hasSize(10);
    assertThat(data.path("MessageTips").asText()).isEmpty();
    assertThat(data.path("Simulated").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("the same images get the same answer, other images another, a face is like itself")
  void deterministic() {
    JsonNode first = body(reply(request().signed())).path("Data");
    JsonNode second = body(reply(request().signed())).path("Data");
    JsonNode other =
        body(reply(request().with("ImageURLB", "https://example.com/c.jpg").signed())).path("Data");
    JsonNode same =
        body(reply(request().with("ImageURLA", "https://example.com/b.jpg").signed())).path("Data");

    assertThat(second).isEqualTo(first);
    assertThat(other.path("Confidence")).isNotEqualTo(first.path("Confidence"));
    assertThat(same.path("Confidence").asDouble()).isEqualTo(100.0);
  }

  @Test
  @DisplayName("a quality threshold above the simulated quality is a tip and not an error")
  void quality_tip() {
    Reply reply = reply(request().with("QualityScoreThreshold", "100.5").signed());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(body(reply).path("Data").path("MessageTips").asText())
        .isEqualTo("imageA quality score less threshold, imageB quality score less threshold");
  }

  @Test
  @DisplayName("what is no parameter of the action, or sent in another style, is refused")
  void strict() {
    assertRefused(request().with("Colour", "red").signed(), "ParameterError");
    assertRefused(request().with("ImageURLA.1", "https://a.example/b").signed(), "ParameterError");
  }

  @Test
  @DisplayName("the region is tolerated when they are signed")
  void unknown_parameter() {
    assertThat(reply(request().with("RegionId", "cn-shanghai").signed()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "ImageURLA,https://example.com/other.jpg,SignatureDoesNotMatch",
    "SignatureNonce,another,SignatureDoesNotMatch",
    "Added,later,SignatureDoesNotMatch",
    "AccessKeyId,of-somebody-else,InvalidAccessKeyId.NotFound"
  })
  @DisplayName("whatever changes after signing is noticed")
  void tampered(String name, String value, String code) {
    assertRefused(request().signed().with(name, value), code);
  }

  @Test
  @DisplayName("a wrong signature is answered with the string to sign, as the real one does")
  void signature_error_echoes() {
    Reply reply = reply(request().with("Signature", "AAAA"));

    assertThat(reply.status()).isEqualTo(400);
    JsonNode body = body(reply);
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactly("RequestId", "HostId", "Code", "Message", "Recommend");
    assertThat(body.path("Code").asText()).isEqualTo("SignatureDoesNotMatch");
    assertThat(body.path("Message").asText())
        .contains("POST&%2F&", SandboxAccount.ACCESS_KEY_ID, "example.com%252Fa.jpg");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Action",
        "Version",
        "AccessKeyId",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "Timestamp",
        "ImageURLA",
        "ImageURLB"
      })
  @DisplayName("a missing or empty parameter is named")
  void missing(String name) {
    assertRefused(request().without(name).signed(), "Missing" + name);
    assertRefused(request().with(name, "").signed(), "Missing" + name);
  }

  @ParameterizedTest
  @CsvSource({
    "Action,DetectCats,InvalidAction.NotFound",
    "Version,2020-01-01,InvalidVersion",
    "SignatureMethod,HMAC-SHA256,IncompleteSignature",
    "SignatureVersion,2.0,IncompleteSignature",
    "QualityScoreThreshold,1.0E-5,ParameterError",
    "QualityScoreThreshold,high,ParameterError",
    "ImageURLA,ftp://example.com/a.jpg,InvalidImage.URL",
    "ImageURLB,https://example.com/图.jpg,InvalidImage.URL",
    "Timestamp,2026-11-23 12:00:00,InvalidTimeStamp.Format",
    "Timestamp,2026-13-23T12:00:00Z,InvalidTimeStamp.Format",
    "Timestamp,2026-11-23T12:00:00.123Z,InvalidTimeStamp.Format",
    "Timestamp,2026-11-23T11:44:59Z,InvalidTimeStamp.Expired",
    "Timestamp,2026-11-23T12:15:01Z,InvalidTimeStamp.Expired"
  })
  @DisplayName("a wrong value is refused although it is signed")
  void wrong_value(String name, String value, String code) {
    assertRefused(request().with(name, value).signed(), code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-23T11:45:00Z", "2026-11-23T12:15:00Z"})
  @DisplayName("a clock that is fifteen minutes off is still accepted")
  void tolerated_skew(String timestamp) {
    assertThat(reply(request().with("Timestamp", timestamp).signed()).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("a nonce is good once, for as long as its timestamp could be good")
  void nonce_replay() {
    RpcRequest request = request().with("Timestamp", "2026-11-23T12:15:00Z").signed();

    assertThat(reply(request).status()).isEqualTo(200);
    assertRefused(request, "SignatureNonceUsed");
    clock.advance(Duration.ofMinutes(30));
    assertRefused(request, "SignatureNonceUsed");
  }

  @Test
  @DisplayName("a call that fails its signature burns no nonce")
  void nonce_survives_forgery() {
    RpcRequest request = request();
    assertRefused(request.with("Signature", "AAAA"), "SignatureDoesNotMatch");

    assertThat(reply(request.signed()).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("the memory of nonces is bounded in number and in time")
  void bounded_memory() {
    NonceMemory memory = new NonceMemory(clock, Duration.ofMinutes(30), 2);

    assertThat(memory.isNew("a")).isTrue();
    assertThat(memory.isNew("b")).isTrue();
    assertThat(memory.isNew("b")).isFalse();
    clock.advance(Duration.ofMinutes(31));
    assertThat(memory.isNew("b")).isTrue();
    assertThat(memory.isNew("c")).isTrue();
    assertThat(memory.isNew("d")).isTrue();
    assertThat(memory.isNew("b")).as("forgotten to make room").isTrue();
  }

  @Test
  @DisplayName("a parameter that comes twice is refused")
  void duplicate() {
    List<Parameter> parameters = new ArrayList<>(request().signed().parameters());
    parameters.add(new Parameter("ImageURLA", "https://example.com/a.jpg?x=1&y=*~"));

    assertThat(code(alibaba.handle(call(FORM, parameters)))).isEqualTo("IncompleteSignature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "application/json", "application/x-www-form-urlencodedX"})
  @DisplayName("a body that is not a form holds no parameters")
  void wrong_content_type(String contentType) {
    Reply reply = (Reply) alibaba.handle(call(contentType, request().signed().parameters()));

    assertThat(reply.status()).isEqualTo(400);
    assertThat(new String(reply.body(), StandardCharsets.UTF_8)).contains("MissingAction");
  }

  @Test
  @DisplayName("a content type with a charset is a form too")
  void content_type_with_charset() {
    Reply reply =
        (Reply) alibaba.handle(call(FORM + "; charset=UTF-8", request().signed().parameters()));

    assertThat(reply.status()).isEqualTo(200);
  }

  @Test
  @DisplayName("who does not ask for JSON gets XML")
  void xml() {
    Reply answer = reply(request().without("Format").signed());
    Reply error = reply(request().without("Format").without("ImageURLA").signed());

    assertThat(answer.contentType()).startsWith("text/xml");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("<CompareFaceWithMaskResponse><RequestId>", "<Confidence>");
    assertThat(new String(error.body(), StandardCharsets.UTF_8))
        .contains("<Error>", "<Code>MissingImageURLA</Code>");
  }

  @Test
  @DisplayName("every documented error can be had by name, with its documented status")
  void magic_errors() throws IOException {
    JsonNode table = json.readTree(Alibaba.class.getResource("alibaba-errors.json"));
    assertThat(alibaba.documentedErrors()).hasSizeGreaterThan(40);
    for (String code : alibaba.documentedErrors()) {
      Reply reply = reply(magic("error/" + code));
      assertThat(reply.status()).as(code).isEqualTo(table.path(code).path("status").asInt());
      assertThat(body(reply).path("Code").asText()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "InvalidImage.NotFoundFace,404",
    "Throttling.User,400",
    "ServiceUnavailable,503",
    "Timeout,408",
    "InvalidApi.NotPurchase,403",
    "InternalError.Algo,500",
    "NotInAnyTable,400"
  })
  @DisplayName("an error asked for by either image has its status")
  void magic_error(String code, int status) {
    Reply byA = reply(magic("error/" + code));
    Reply byB =
        reply(request().with("ImageURLB", "http://any.example/sandbox/error/" + code).signed());

    assertThat(byA.status()).isEqualTo(status);
    assertThat(byB.status()).isEqualTo(status);
    assertThat(body(byB).path("Code").asText()).isEqualTo(code);
  }

  @Test
  @DisplayName("texts leak what the real ones leak: the account id and the string to sign")
  void leaks() {
    assertThat(body(reply(magic("error/InvalidImage.NotFoundFace"))).path("Message").asText())
        .contains("[pk=", ",tag=viapi:default] input image not found face");
    assertThat(body(reply(magic("error/SignatureDoesNotMatch"))).path("Message").asText())
        .contains(SandboxAccount.ACCESS_KEY_ID);
  }

  @Test
  @DisplayName("throttle-once throttles the first call with a URL and answers the next")
  void throttle_once() {
    assertRefused(magic("throttle-once/1"), "Throttling");
    assertThat(reply(magic("throttle-once/1")).status()).isEqualTo(200);
    assertRefused(magic("throttle-once/2"), "Throttling");
  }

  @Test
  @DisplayName("a slow image is answered late, two minutes at most")
  void slow() {
    assertThat(reply(magic("slow/1500")).delay()).isEqualTo(Duration.ofMillis(1500));
    assertThat(reply(magic("slow/999999")).delay()).isEqualTo(Duration.ofSeconds(120));
    assertThat(reply(magic("slow/soon")).delay()).isZero();
  }

  @Test
  @DisplayName("outages that are answers are answers nobody documented")
  void outages_with_an_answer() {
    assertThat(reply(magic("outage/html")).status()).isEqualTo(502);
    assertThat(reply(magic("outage/html")).contentType()).isEqualTo("text/html");
    assertThat(reply(magic("outage/status-503")).status()).isEqualTo(503);
    assertThat(reply(magic("outage/huge")).body()).hasSizeGreaterThan(2 << 20);
    assertThat(reply(magic("outage/empty")).body()).isEmpty();
    assertThat(new String(reply(magic("outage/nested")).body(), StandardCharsets.UTF_8))
        .contains("[".repeat(100_000));
    Reply noData = reply(magic("outage/no-data"));
    assertThat(noData.status()).isEqualTo(200);
    assertThat(body(noData).has("Data")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"reset,RESET", "truncated,TRUNCATED", "silent,SILENT", "drip,DRIP"})
  @DisplayName("outages that are no answer break the line")
  void outages_without_an_answer(String name, Wreck wreck) {
    assertThat(alibaba.handle(call(FORM, magic("outage/" + name).parameters()))).isEqualTo(wreck);
  }

  @Test
  @DisplayName("counters tell calls, answers and refusals apart")
  void counters() {
    reply(request().signed());
    reply(request());
    alibaba.handle(call(FORM, magic("outage/reset").parameters()));

    JsonNode counters = alibaba.counters();
    assertThat(counters.path("calls").asInt()).isEqualTo(3);
    assertThat(counters.path("answered").asInt()).isEqualTo(1);
    assertThat(counters.path("refused").asInt()).isEqualTo(1);
  }

  @Test
  @DisplayName("Confidence has all the digits of a widened float")
  void confidence_digits() {
    BigDecimal confidence =
        new BigDecimal(body(reply(request().signed())).at("/Data/Confidence").asText());

    assertThat(confidence.scale()).isGreaterThan(5);
  }

  private static Call call(String contentType, List<Parameter> parameters) {
    return Call.of(Map.of("content-type", contentType), List.of(), parameters);
  }

  private RpcRequest request() {
    return new RpcRequest(clock);
  }

  private RpcRequest magic(String path) {
    return request().with("ImageURLA", "https://img.example.com/sandbox/" + path).signed();
  }

  private Reply reply(RpcRequest request) {
    return (Reply) alibaba.handle(call(FORM, request.parameters()));
  }

  private void assertRefused(RpcRequest request, String code) {
    assertThat(code(alibaba.handle(call(FORM, request.parameters())))).isEqualTo(code);
  }

  private String code(Reaction reaction) {
    return body((Reply) reaction).path("Code").asText();
  }

  private JsonNode body(Reply reply) {
    try {
      return json.readTree(reply.body());
    } catch (IOException notJson) {
      throw new AssertionError(notJson);
    }
  }
}
