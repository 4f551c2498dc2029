package io.tollroute.sandbox.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.sandbox.standin.Alibaba.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Acs3SignatureTest {

  private final MutableClock clock = new MutableClock();
  private final Alibaba alibaba =
      new Alibaba(clock, (product, action) -> java.util.Optional.empty());

  @Test
  @DisplayName("the example that Alibaba publishes has the published hash and signature")
  void published_example() {
    Map<String, String> headers =
        Map.of(
            "host", "ecs.cn-shanghai.aliyuncs.com",
            "x-acs-action", "RunInstances",
            "x-acs-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "x-acs-date", "2023-10-26T10:22:32Z",
            "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d",
            "x-acs-version", "2014-05-26");

    Acs3Signature signature =
        Acs3Signature.of(
            "POST",
            "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
            headers,
            headers.keySet().stream().sorted().toList(),
            Acs3Signature.sha256(new byte[0]));

    assertThat(signature.stringToSign())
        .isEqualTo(
            "ACS3-HMAC-SHA256\n"
                + "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
    assertThat(signature.signedWith("YourAccessKeySecret"))
        .isEqualTo("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
  }

  @Test
  @DisplayName("a well signed call is answered in JSON, as it asks for")
  void answers() {
    Reply reply = reply(request().signed());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.contentType()).isEqualTo("application/json;charset=utf-8");
  }

  @Test
  @DisplayName("who does not ask for JSON gets XML")
  void xml() {
    assertThat(reply(request().without("accept").signed()).contentType()).startsWith("text/xml");
  }

  @Test
  @DisplayName("a token of temporary credentials is signed with the rest")
  void token() {
    Acs3Request call = request().header("x-acs-security-token", "a+token/with=signs").signed();
    assertThat(reply(call).status()).isEqualTo(200);

    assertRefused(
        request().signed().header("x-acs-security-token", "put in later"), "IncompleteSignature");
  }

  @ParameterizedTest
  @CsvSource({
    "host,elsewhere.example.com",
    "content-type,application/x-www-form-urlencoded; charset=UTF-8",
    "x-acs-date,2026-11-23T12:00:01Z",
    "x-acs-signature-nonce,another",
    "x-acs-content-sha256,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  })
  @DisplayName("whatever header changes after signing is noticed")
  void tampered(String name, String value) {
    assertRefused(request().signed().header(name, value), "SignatureDoesNotMatch");
  }

  @Test
  @DisplayName("a body that changes after signing is noticed")
  void body() {
    assertRefused(
        request().signed().field("ImageURLA", "https://example.com/other.jpg"),
        "SignatureDoesNotMatch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host", "content-type", "x-acs-action", "x-acs-date", "x-acs-signature-nonce"})
  @DisplayName("a header that must be signed and is not is refused")
  void unsigned(String name) {
    List<String> names =
        List.of(
                "content-type",
                "host",
                "x-acs-action",
                "x-acs-date",
                "x-acs-signature-nonce",
                "x-acs-version")
            .stream()
            .filter(each -> !each.equals(name))
            .toList();

    assertRefused(request().signed(names), "IncompleteSignature");
  }

  @ParameterizedTest
  @CsvSource({
    "x-acs-action,DetectCats,InvalidAction.NotFound",
    "x-acs-version,2020-01-01,InvalidVersion",
    "x-acs-date,2026-11-23 12:00:00,InvalidTimeStamp.Format",
    "x-acs-date,2026-11-23T11:44:59Z,InvalidTimeStamp.Expired",
    "x-acs-date,2026-11-23T12:15:01Z,InvalidTimeStamp.Expired"
  })
  @DisplayName("a wrong value is refused although it is signed")
  void wrong_value(String name, String value, String code) {
    assertRefused(request().header(name, value).signed(), code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACS3-HMAC-SHA256",
        "ACS3-HMAC-SHA256 Credential=sandbox-access-key-id",
        "ACS3-HMAC-SHA256 Credential=sandbox-access-key-id,SignedHeaders=host,Signature=AAAA"
      })
  @DisplayName("an authorization of another shape is refused")
  void shape(String authorization) {
    assertRefused(request().signed().header("authorization", authorization), "IncompleteSignature");
  }

  @Test
  @DisplayName("the key of somebody else is not known")
  void key() {
    Acs3Request call = request().signed();
    String own = call.call().header("authorization");

    assertRefused(
        call.header("authorization", own.replace("Credential=", "Credential=not-")),
        "InvalidAccessKeyId.NotFound");
  }

  @Test
  @DisplayName("a nonce is good once, and one of a call that fails its signature is not used up")
  void nonce() {
    Acs3Request call = request().signed();
    String good = call.call().header("authorization");
    String bad = good.substring(0, good.length() - 64) + "0".repeat(64);

    assertRefused(call.header("authorization", bad), "SignatureDoesNotMatch");
    assertThat(reply(call.header("authorization", good)).status()).isEqualTo(200);
    assertRefused(call, "SignatureNonceUsed");
  }

  @Test
  @DisplayName(
      "a wrong signature is answered with what should have been signed, as the real one does")
  void echoes() {
    Acs3Request call = request().signed().header("host", "elsewhere.example.com");

    assertThat(new String(reply(call).body(), StandardCharsets.UTF_8))
        .contains("SignatureDoesNotMatch", "host:elsewhere.example.com");
  }

  private Acs3Request request() {
    return new Acs3Request(clock);
  }

  private Reply reply(Acs3Request request) {
    return (Reply) alibaba.handle(request.call());
  }

  private void assertRefused(Acs3Request request, String code) {
    try {
      JsonNode body = new JsonMapper().readTree(reply(request).body());
      assertThat(body.path("Code").asText()).isEqualTo(code);
    } catch (java.io.IOException notJson) {
      throw new AssertionError(notJson);
    }
  }
}
