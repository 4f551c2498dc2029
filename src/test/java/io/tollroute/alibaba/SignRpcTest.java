package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import com.aliyuncs.http.MethodType;
import io.tollroute.input.InputSlots;
import io.tollroute.input.RequestReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignRpcTest {

  private static final RpcAction COMPARE =
      new RpcAction("facebody", "2019-12-30", "CompareFaceWithMask", 2, false);
  private static final String NONCE = "00000000-0000-4000-8000-000000000001";
  private static final AlibabaCloudCredentials ACCOUNT =
      new BasicCredentials("example-id", "example-secret");

  private final Clock clock =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.987Z"), ZoneOffset.UTC);

  @Test
  @DisplayName("the example that Alibaba publishes gets the published signature")
  void published_example() {
    Map<String, String> parameters =
        Map.of(
            "Action", "DescribeRegions",
            "AccessKeyId", "testid",
            "Format", "XML",
            "SignatureMethod", "HMAC-SHA1",
            "SignatureVersion", "1.0",
            "Version", "2014-05-26",
            "Timestamp", "2016-02-23T12:46:24Z",
            "SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf");

    assertThat(
            V1Signing.signature(
                MethodType.GET, parameters, new BasicCredentials("testid", "testsecret")))
        .isEqualTo("OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
  }

  @Test
  @DisplayName("a comparison gets the signature of the worked example, its form all it needs")
  void worked_example() {
    Map<String, String> form = decode(signed(parameters("97.0"), ACCOUNT));

    assertThat(form)
        .containsOnly(
            Map.entry("Action", "CompareFaceWithMask"),
            Map.entry("Version", "2019-12-30"),
            Map.entry("Format", "JSON"),
            Map.entry("AccessKeyId", "example-id"),
            Map.entry("SignatureMethod", "HMAC-SHA1"),
            Map.entry("SignatureVersion", "1.0"),
            Map.entry("SignatureNonce", NONCE),
            Map.entry("Timestamp", "2026-01-02T03:04:05Z"),
            Map.entry("ImageURLA", "https://img.example.com/a b.jpg?x=1&y=*~"),
            Map.entry("ImageURLB", "https://img.example.com/b.jpg"),
            Map.entry("QualityScoreThreshold", "97.0"),
            Map.entry("Signature", "SO6I89QOrAajykDGBJ/6rOiGc7M="));
  }

  @Test
  @DisplayName(
      "names and values travel as RFC 3986 writes them: no plus for a space, nor for a plus")
  void encoding() {
    String form = signed(parameters("97.0"), ACCOUNT);

    assertThat(form)
        .contains("ImageURLA=https%3A%2F%2Fimg.example.com%2Fa%20b.jpg%3Fx%3D1%26y%3D%2A~&")
        .contains("Signature=SO6I89QOrAajykDGBJ%2F6rOiGc7M%3D")
        .matches("[A-Za-z0-9._~%=&-]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a+b c%20d",
        "!*'();:@&=+$,/?#[]~-_.",
        "\u56fe\u50cf \ud83d\ude37",
        "line\r\nbreak\ttab",
        "\u007f\u0080\u00ff"
      })
  @DisplayName("every kind of character arrives as it was sent, and is signed as it arrives")
  void characters(String value) {
    Map<String, String> parameters = new TreeMap<>(Map.of("Name " + value.length(), value));

    String body = signed(parameters, ACCOUNT);

    assertThat(body).matches("[A-Za-z0-9._~%=&-]+");
    Map<String, String> form = decode(body);
    assertThat(form).containsEntry("Name " + value.length(), value);
    String sent = form.remove("Signature");
    assertThat(V1Signing.signature(MethodType.POST, form, ACCOUNT)).isEqualTo(sent);
  }

  @Test
  @DisplayName("the token of temporary credentials is sent and signed")
  void session() {
    AlibabaCloudCredentials session =
        new BasicSessionCredentials("STS.id", "example-secret", "a+token/with=signs");

    Map<String, String> form = decode(signed(parameters("97.0"), session));

    assertThat(form).containsEntry("SecurityToken", "a+token/with=signs");
    String sent = form.remove("Signature");
    assertThat(V1Signing.signature(MethodType.POST, form, session)).isEqualTo(sent);
    form.put("SecurityToken", "another");
    assertThat(V1Signing.signature(MethodType.POST, form, session)).isNotEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    "97.0, 97.0",
    "97, 97",
    "1E2, 100",
    "1.0E-5, 0.000010",
    "1e-5, 0.00001",
    "88.02560424804688, 88.02560424804688",
    "-0.10, -0.10"
  })
  @DisplayName("numbers travel in plain decimals, with the digits they were sent with")
  void numbers(String sent, String travels) throws Exception {
    assertThat(process("{\"QualityScoreThreshold\":" + sent + "}"))
        .containsEntry("QualityScoreThreshold", travels);
  }

  @Test
  @DisplayName(
      "booleans travel as words, lists and objects member by member, and what is empty not at all")
  void other_types() throws Exception {
    assertThat(
            process(
                "{\"Flag\":true,\"List\":[1.50,\"a b\"],\"Thing\":{\"x\":null,\"y\":\"z\"},\"Empty\":\"\"}"))
        .containsEntry("Flag", "true")
        .containsEntry("List.1", "1.50")
        .containsEntry("List.2", "a b")
        .containsEntry("Thing.y", "z")
        .doesNotContainKeys("Thing.x", "Empty");
  }

  @Test
  @DisplayName("each time it is called it signs anew: another nonce, another signature")
  void fresh() throws Exception {
    Map<String, String> first = process("{\"ImageURLA\":\"x\"}");
    Map<String, String> second = process("{\"ImageURLA\":\"x\"}");

    assertThat(first.get("SignatureNonce"))
        .matches("[0-9a-f-]{36}")
        .isNotEqualTo(second.get("SignatureNonce"));
    assertThat(first.get("Signature")).isNotEqualTo(second.get("Signature"));
  }

  @Test
  @DisplayName("the caller's input cannot take the place of a common parameter")
  void common_parameters_win() throws Exception {
    assertThat(process("{\"Action\":\"DeleteFaceDb\",\"AccessKeyId\":\"me\",\"Format\":\"XML\"}"))
        .containsEntry("Action", "CompareFaceWithMask")
        .containsEntry("AccessKeyId", "example-id")
        .containsEntry("Format", "JSON");
  }

  private Map<String, String> process(String input) throws Exception {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    InputSlots.INPUT.put(
        exchange,
        new RequestReader(RequestReader.DEFAULT_LIMIT)
            .read(input.getBytes(StandardCharsets.UTF_8), Optional.of("application/json")));
    RpcSlots.ACTION.put(exchange, COMPARE);
    RpcSlots.ENDPOINT.put(exchange, "https://facebody.cn-shanghai.aliyuncs.com");
    signer(ACCOUNT).process(exchange);
    return decode(exchange.getMessage().getBody(String.class));
  }

  private SignRpc signer(AlibabaCloudCredentials account) {
    AlibabaCredentials credentials = new AlibabaCredentials(new StaticCredentialsProvider(account));
    assertThat(credentials.lacking()).isEmpty();
    return new SignRpc(credentials, new V1Signing(), clock);
  }

  private String signed(Map<String, String> parameters, AlibabaCloudCredentials account) {
    SignedRpc signed =
        new V1Signing()
            .sign(
                COMPARE,
                "ignored",
                new RpcParameters(new TreeMap<>(parameters), new TreeMap<>()),
                account,
                clock.instant(),
                NONCE);
    return new String(signed.body(), StandardCharsets.US_ASCII);
  }

  private static Map<String, String> parameters(String threshold) {
    return Map.of(
        "ImageURLA", "https://img.example.com/a b.jpg?x=1&y=*~",
        "ImageURLB", "https://img.example.com/b.jpg",
        "QualityScoreThreshold", threshold);
  }

  /** Reads a form as a server does. */
  private static Map<String, String> decode(String form) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : form.split("&")) {
      String[] halves = pair.split("=", 2);
      String earlier =
          parameters.put(
              URLDecoder.decode(halves[0], StandardCharsets.UTF_8),
              URLDecoder.decode(halves[1], StandardCharsets.UTF_8));
      assertThat(earlier).as("parameter sent twice: " + halves[0]).isNull();
    }
    return parameters;
  }
}
