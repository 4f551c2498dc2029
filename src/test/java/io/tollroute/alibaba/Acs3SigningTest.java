package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("ACS3-HMAC-SHA256")
class Acs3SigningTest {

  private static final RpcAction COMPARE =
      new RpcAction("facebody", "2019-12-30", "CompareFaceWithMask", 2, false);
  private static final String HOST = "facebody.cn-shanghai.aliyuncs.com";
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.987Z");
  private static final String NONCE = "00000000-0000-4000-8000-000000000001";
  private static final AlibabaCloudCredentials ACCOUNT =
      new BasicCredentials("example-id", "example-secret");

  private final RpcSigning signing = new Acs3Signing();

  @Test
  @DisplayName("the example that Alibaba publishes gets the published authorization")
  void published_example() {
    String nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    SortedMap<String, String> headers = new TreeMap<>();
    headers.put("host", "ecs.cn-shanghai.aliyuncs.com");
    headers.put("x-acs-action", "RunInstances");
    headers.put("x-acs-content-sha256", nothing);
    headers.put("x-acs-date", "2023-10-26T10:22:32Z");
    headers.put("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d");
    headers.put("x-acs-version", "2014-05-26");

    assertThat(
            Acs3Signing.authorization(
                "POST",
                "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
                headers,
                nothing,
                new BasicCredentials("YourAccessKeyId", "YourAccessKeySecret")))
        .isEqualTo(
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
                + "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
                + "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
  }

  @Test
  @DisplayName("a comparison gets the signature of the worked example, its headers all it needs")
  void worked_example() {
    SignedRpc signed = sign(parameters(), ACCOUNT);

    assertThat(text(signed))
        .isEqualTo(
            "ImageURLA=https%3A%2F%2Fimg.example.com%2Fa%20b.jpg%3Fx%3D1%"
                + "26y%3D%2A~&ImageURLB=https%3A%2F%2Fimg.example.com%2Fb.jpg&QualityScoreThreshold=97.0");
    assertThat(signed.headers())
        .containsOnly(
            Map.entry("Content-Type", "application/x-www-form-urlencoded"),
            Map.entry("x-acs-action", "CompareFaceWithMask"),
            Map.entry("x-acs-version", "2019-12-30"),
            Map.entry("x-acs-date", "2026-01-02T03:04:05Z"),
            Map.entry("x-acs-signature-nonce", NONCE),
            Map.entry(
                "x-acs-content-sha256",
                "3be27aab7c967de15fae87f0e4465995c9c70646728b12afeefc8d37885d19e4"),
            Map.entry(
                "Authorization",
                "ACS3-HMAC-SHA256 Credential=example-id,SignedHeaders=content-type;host;x-acs-action;x-acs"
                    + "-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
                    + "0144cc17c580cd94fdd77a71b5763a1890ceb142db92a8eba2faee10c26d9e6e"));
  }

  @Test
  @DisplayName("the token of temporary credentials is sent and signed")
  void session() {
    SignedRpc signed =
        sign(
            parameters(),
            new BasicSessionCredentials("STS.id", "example-secret", "a+token/with=signs"));

    assertThat(signed.headers()).containsEntry("x-acs-security-token", "a+token/with=signs");
    assertThat(signed.headers().get("Authorization"))
        .contains("Credential=STS.id,", ";x-acs-security-token;")
        .endsWith("8a8f9a97ce9766e7b76764aa03abd948020bd3b736328d39b77db2e70f39c8ec");
    assertThat(text(signed)).doesNotContain("token");
  }

  @Test
  @DisplayName("neither key nor nonce nor signature is in the body, whatever the caller says")
  void common() {
    SortedMap<String, String> parameters = parameters();
    parameters.put("Action", "DeleteFaceDb");
    parameters.put("AccessKeyId", "me");
    parameters.put("Format", "XML");

    SignedRpc signed = sign(parameters, ACCOUNT);

    assertThat(text(signed)).isEqualTo(text(sign(parameters(), ACCOUNT)));
    assertThat(signed.headers()).containsEntry("x-acs-action", "CompareFaceWithMask");
  }

  @Test
  @DisplayName("another host, time, nonce or secret is another signature")
  void covered() {
    String usual = sign(parameters(), ACCOUNT).headers().get("Authorization");

    assertThat(
            signing
                .sign(COMPARE, "elsewhere:8080", form(parameters()), ACCOUNT, TIME, NONCE)
                .headers()
                .get("Authorization"))
        .isNotEqualTo(usual);
    assertThat(
            signing
                .sign(COMPARE, HOST, form(parameters()), ACCOUNT, TIME.plusSeconds(1), NONCE)
                .headers()
                .get("Authorization"))
        .isNotEqualTo(usual);
    assertThat(
            signing
                .sign(COMPARE, HOST, form(parameters()), ACCOUNT, TIME, "another")
                .headers()
                .get("Authorization"))
        .isNotEqualTo(usual);
    assertThat(
            sign(parameters(), new BasicCredentials("example-id", "another"))
                .headers()
                .get("Authorization"))
        .isNotEqualTo(usual);
  }

  @Test
  @DisplayName("what an action takes in the query is signed there, and is not in the body")
  void query() {
    SortedMap<String, String> query = new TreeMap<>();
    query.put("ReturnForm", "a b&c");
    query.put("ImageURL", "https://img.example.com/a.jpg?x=1");

    SignedRpc signed =
        signing.sign(
            COMPARE, HOST, new RpcParameters(new TreeMap<>(), query), ACCOUNT, TIME, NONCE);

    assertThat(signed.query())
        .isEqualTo("ImageURL=https%3A%2F%2Fimg.example.com%2Fa.jpg%3Fx%3D1&ReturnForm=a%20b%26c");
    assertThat(signed.body()).isEmpty();
    assertThat(signed.headers().get("Authorization"))
        .isNotEqualTo(sign(new TreeMap<>(), ACCOUNT).headers().get("Authorization"));
  }

  private static RpcParameters form(SortedMap<String, String> parameters) {
    return new RpcParameters(parameters, new TreeMap<>());
  }

  private SignedRpc sign(SortedMap<String, String> parameters, AlibabaCloudCredentials account) {
    return signing.sign(COMPARE, HOST, form(parameters), account, TIME, NONCE);
  }

  private static SortedMap<String, String> parameters() {
    return new TreeMap<>(
        Map.of(
            "ImageURLA", "https://img.example.com/a b.jpg?x=1&y=*~",
            "ImageURLB", "https://img.example.com/b.jpg",
            "QualityScoreThreshold", "97.0"));
  }

  private static String text(SignedRpc signed) {
    return new String(signed.body(), StandardCharsets.US_ASCII);
  }
}
