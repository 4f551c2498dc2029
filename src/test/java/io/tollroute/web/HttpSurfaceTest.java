package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.RawHttp.Answer;
import io.tollroute.testing.Shop;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSurfaceTest {

  /** Far more than any of these answers needs, far less than an attack would be worth. */
  private static Shop shop;

  private static RawHttp raw;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open();
    raw = shop.raw();
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** What has moved so far: calls upstream, questions to the facilitator, money. */
  private record Books(int upstream, int verified, int settled) {

    static Books now() throws Exception {
      return new Books(shop.upstreamCalls(), shop.facilitator().calls("verify"), shop.settled());
    }

    Books plusOneSale() {
      return new Books(upstream + 1, verified + 1, settled + 1);
    }
  }

  private static void assertRefused(Answer answer, int status, String word) throws Exception {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.error()).isEqualTo(word);
    assertThat(Shop.json(answer.body()).path("charged").asText()).isEqualTo("no");
  }

  private static void assertStillGood(String payment) throws Exception {
    Books before = Books.now();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(Books.now()).isEqualTo(before.plusOneSale());
  }

  @Test
  @DisplayName("a header of a megabyte is refused at once, in the envelope")
  void oneHugeHeader() throws Exception {
    Answer answer = raw.send(RawHttp.post(Shop.SERVICE, "", "X-A: " + "a".repeat(1 << 20)));

    assertRefused(answer, 431, "headers_too_large");
    assertThat(answer.header("Connection")).contains("close");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"X-%d: a", "a:"})
  @DisplayName("ten thousand headers are refused at once, however small they are")
  void manyHeaders(String header) throws Exception {
    String[] headers =
        IntStream.range(0, 10_000).mapToObj(i -> header.formatted(i)).toArray(String[]::new);

    assertRefused(raw.send(RawHttp.post(Shop.SERVICE, "", headers)), 431, "headers_too_large");
  }

  @Test
  @DisplayName("an address of a hundred kilobytes is refused at once")
  void longAddress() throws Exception {
    Answer answer = raw.send(RawHttp.post(Shop.SERVICE + "?" + "a".repeat(100_000), ""));

    assertRefused(answer, 414, "uri_too_long");
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {12_300, 18_000})
  @DisplayName("a payment header above 16 KB is not read")
  void base64Bomb(int decoded) throws Exception {
    Books before = Books.now();
    ObjectNode payment = shop.payment();
    payment.put("padding", "A".repeat(decoded - payment.toString().length()));
    String header = Shop.encode(payment);
    assertThat(header.length()).isGreaterThan(16 * 1024).isLessThan(24 * 1024 + 1);

    Answer answer = raw.send(RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + header));

    assertThat(answer.error()).isIn("malformed_payment", "headers_too_large");
    assertThat(answer.status()).isIn(400, 431);
    assertThat(Books.now()).isEqualTo(before);
  }

  static Stream<String> bombs() {
    return bombs(60_000).map(value -> Shop.BODY.replace("}", ",\"bomb\":" + value + "}"));
  }

  static Stream<String> smallBombs() {
    return bombs(8_000);
  }

  /** JSON values of at most so many bytes that are dear to somebody who reads them carelessly. */
  private static Stream<String> bombs(int bytes) {
    return Stream.of(
        "[".repeat(bytes / 2) + "]".repeat(bytes / 2),
        "{\"a\":".repeat(bytes / 6) + "1" + "}".repeat(bytes / 6),
        "[" + "[],".repeat(bytes / 3 - 1) + "[]]",
        IntStream.range(0, bytes / 10).mapToObj(i -> "\"" + i + "\":1").collect(joining("{", "}")),
        collidingKeys()
            .limit(bytes / 29)
            .map(key -> "\"" + key + "\":1")
            .collect(joining("{", "}")),
        "9".repeat(bytes),
        "0." + "9".repeat(bytes - 2),
        "1e" + "9".repeat(bytes - 2),
        "1e999999999",
        "-1e-999999999",
        "{\"" + "k".repeat(bytes - 6) + "\":1}");
  }

  private static Collector<CharSequence, ?, String> joining(String first, String last) {
    return Collectors.joining(",", first, last);
  }

  /** Texts of one String.hashCode: each Aa may be a BB. */
  private static Stream<String> collidingKeys() {
    return IntStream.range(0, 4_096)
        .mapToObj(
            number ->
                IntStream.range(0, 12)
                    .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                    .collect(Collectors.joining()));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  @DisplayName("JSON made to cost time or memory is refused at once, and costs no payment")
  void bodyBombs(String bomb) throws Exception {
    Books before = Books.now();

    Answer answer =
        raw.send(RawHttp.post(Shop.SERVICE, bomb, "PAYMENT-SIGNATURE: " + shop.signature()));

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).isIn("malformed_request", "invalid_request");
    assertThat(Books.now()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("smallBombs")
  @DisplayName("the same in a payment is refused or passed over, at once")
  void paymentBombs(String bomb) throws Exception {
    Books before = Books.now();
    String payment = shop.payment().toString().replaceFirst("\\{", "{\"bomb\":" + bomb + ",");

    Answer answer =
        raw.send(
            RawHttp.post(
                Shop.SERVICE,
                Shop.BODY,
                "PAYMENT-SIGNATURE: "
                    + Base64.getEncoder()
                        .encodeToString(payment.getBytes(StandardCharsets.UTF_8))));

    if (answer.status() == 200) {
      assertThat(Books.now()).isEqualTo(before.plusOneSale());
    } else {
      assertRefused(answer, 400, "malformed_payment");
      assertThat(Books.now()).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("a body above the limit is refused with and without a Content-Length")
  void largeBodies() throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    String large = "{\"ImageURLA\":\"" + "x".repeat(70_000) + "\"}";

    assertRefused(
        raw.send(RawHttp.post(Shop.SERVICE, large, "PAYMENT-SIGNATURE: " + payment)),
        413,
        "request_too_large");
    assertRefused(
        raw.send(
            "POST "
                + Shop.SERVICE
                + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
                + "PAYMENT-SIGNATURE: "
                + payment
                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ("1000\r\n" + "x".repeat(4096) + "\r\n").repeat(20)
                + "0\r\n\r\n"),
        413,
        "request_too_large");
    assertRefused(
        raw.send(
            "POST "
                + Shop.SERVICE
                + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
                + "PAYMENT-SIGNATURE: "
                + payment
                + "\r\nContent-Length: 99999999999\r\n\r\n"),
        413,
        "request_too_large");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "gzip, gzip", "GZIP", "x-gzip"})
  @DisplayName("a compressed body is refused unread")
  void zipBomb(String encoding) throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(Shop.BODY.getBytes(StandardCharsets.UTF_8));
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        ("POST "
                + Shop.SERVICE
                + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Encoding: "
                + encoding
                + "\r\nPAYMENT-SIGNATURE: "
                + payment
                + "\r\nContent-Length: "
                + zipped.size()
                + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    request.writeBytes(zipped.toByteArray());

    assertRefused(raw.send(request.toByteArray(), false), 415, "unsupported_media_type");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @Test
  @DisplayName("HTTP/2 is off: an upgrade is not taken up and a preface is refused")
  void noHttp2() throws Exception {
    Answer upgrade =
        raw.send(
            RawHttp.post(
                Shop.SERVICE,
                "",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"));
    assertThat(upgrade.line()).startsWith("HTTP/1.1 402");

    Answer preface = raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(preface.status()).isEqualTo(501);

    HttpResponse<String> client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .build()
            .send(
                HttpRequest.newBuilder(shop.base().resolve(Shop.SERVICE))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    assertThat(client.statusCode()).isEqualTo(402);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET",
        "HEAD",
        "PUT",
        "DELETE",
        "PATCH",
        "TRACE",
        "CONNECT",
        "post",
        "Post",
        "PROPFIND",
        "QUERY"
      })
  @DisplayName("no method but POST sells anything, not even with a good payment")
  void otherMethods(String method) throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    String request =
        RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + payment)
            .replaceFirst("POST", method);

    Answer answer = raw.send(request);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("POST, OPTIONS");
    if (method.equals("HEAD")) {
      assertThat(answer.body()).isEmpty();
    } else {
      assertRefused(answer, 405, "method_not_allowed");
    }
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @Test
  @DisplayName("a method in a header, a query or a field does not count")
  void overriddenMethod() throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    for (String header :
        new String[] {"X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"}) {
      Answer answer =
          raw.send(
              RawHttp.post(
                      Shop.SERVICE + "?_method=POST",
                      Shop.BODY,
                      header + ": POST",
                      "PAYMENT-SIGNATURE: " + payment)
                  .replaceFirst("POST", "GET"));
      assertRefused(answer, 405, "method_not_allowed");
    }
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "Multipart/Mixed; boundary=b",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json; charset=\"utf-16\"; profile=x",
        "application/json, application/json",
        "application/problem+json",
        "application/x-ndjson",
        "application/jsonx",
        "json",
        "*/*"
      })
  @DisplayName("only application/json in UTF-8 is read")
  void otherContentTypes(String type) throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    String request =
        RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + payment)
            .replace("Content-Type: application/json", "Content-Type: " + type);

    assertRefused(raw.send(request), 415, "unsupported_media_type");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @Test
  @DisplayName("a paid call without a content type, or with two, is not read")
  void noContentTypeOrTwo() throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    String request = RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + payment);

    assertRefused(
        raw.send(request.replace("Content-Type: application/json\r\n", "")),
        415,
        "unsupported_media_type");
    assertRefused(
        raw.send(
            request.replace(
                "Content-Type: application/json\r\n",
                "Content-Type: application/json\r\nContent-Type: application/json\r\n")),
        415,
        "unsupported_media_type");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=utf-8",
        "APPLICATION/JSON; charset=\"UTF-8\"",
        "application/json; charset=\"UTF-8\"; profile=x",
        "application/json; charset=utf8; boundary=b"
      })
  @DisplayName("every spelling of the one content type is read")
  void goodContentTypes(String type) throws Exception {
    Books before = Books.now();
    String request =
        RawHttp.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE: " + shop.signature())
            .replace("Content-Type: application/json", "Content-Type: " + type);

    assertThat(raw.send(request).status()).isEqualTo(200);
    assertThat(Books.now()).isEqualTo(before.plusOneSale());
  }

  static Stream<String> pathTricks() {
    return Stream.of(Shop.SERVICE, Shop.ALIAS).flatMap(HttpSurfaceTest::pathTricks);
  }

  private static Stream<String> pathTricks(String path) {
    String name = path.substring("/api/tools/".length());
    return Stream.of(
        path.toUpperCase(Locale.ROOT),
        "/API/tools/" + name,
        "/" + path,
        "///api///tools///" + name,
        "/api/./tools/" + name,
        "/api/tools/../tools/" + name,
        "/api/tools/x/../" + name,
        "/../../api/tools/" + name,
        "/api/tools/%2e%2e/tools/" + name,
        "/api/tools/%2e/" + name,
        "/api/tools/%252e%252e/tools/" + name,
        "/docs/../api/tools/" + name,
        "/docs/errors/%2e%2e/%2e%2e/api/tools/" + name,
        path.replace("a", "%61"),
        path.replace("-", "%2d"),
        "/api/tools%2f" + name,
        "/api%2ftools%2f" + name,
        path + "%2f",
        "/api/tools\\" + name,
        "/api/tools/%5c" + name,
        path + ";jsessionid=1",
        "/api/tools;x=y/" + name,
        path + "/",
        path + "//",
        path + "/.",
        path + "/..",
        path + ".",
        path + "%20",
        path + "%09",
        path + "%0a",
        path + "%0d%0aX: y",
        path + "%00",
        path + "%E2%80%A8",
        path + "\u2028",
        path + "%c0%af",
        path + "%c0%ae%c0%ae/",
        path + "%zz",
        path + "%",
        path + "?",
        path + "?x=%zz",
        path + "?PAYMENT-SIGNATURE=x&service=other",
        path + "#fragment",
        path + "/extra",
        "http://elsewhere.example.com" + path,
        "http://elsewhere.example.com:1/api/tools/../tools/" + name,
        path.substring(1),
        "*");
  }

  @ParameterizedTest
  @MethodSource("pathTricks")
  @DisplayName("no spelling of a path is a way round payment")
  void unpaidPathTricks(String path) throws Exception {
    Books before = Books.now();

    Answer answer = raw.send(RawHttp.post(path, Shop.BODY));

    assertThat(answer.status()).as(answer.body()).isIn(400, 402, 404);
    assertThat(answer.error()).isNotEmpty();
    if (answer.status() == 402) {
      assertThat(Shop.decode(answer.header("PAYMENT-REQUIRED").orElseThrow()).at("/resource/url"))
          .hasToString('"' + shop.base().toString() + Shop.SERVICE + '"');
    }
    assertThat(Books.now()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("pathTricks")
  @DisplayName("with a payment a spelling of a path is sold as the service, or not at all")
  void paidPathTricks(String path) throws Exception {
    Books before = Books.now();

    Answer answer =
        raw.send(RawHttp.post(path, Shop.BODY, "PAYMENT-SIGNATURE: " + shop.signature()));

    if (answer.status() == 200) {
      assertThat(Books.now()).isEqualTo(before.plusOneSale());
    } else {
      assertThat(answer.status()).as(answer.body()).isIn(400, 404);
      assertThat(Books.now()).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("the addresses handed out come from the configuration, whatever a request says")
  void spoofedHost() throws Exception {
    String evil = "evil.example.com";
    Answer answer =
        raw.send(
            RawHttp.post(
                    Shop.ALIAS,
                    "",
                    "X-Forwarded-Host: " + evil,
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Port: 1",
                    "X-Forwarded-Prefix: /" + evil,
                    "X-Original-URL: /" + evil,
                    "X-Rewrite-URL: /" + evil,
                    "Forwarded: host=" + evil + ";proto=https",
                    "X-Host: " + evil,
                    "Origin: https://" + evil,
                    "Referer: https://" + evil)
                .replace("Host: shop", "Host: " + evil));

    assertThat(answer.status()).isEqualTo(402);
    assertThat(answer.headers().toString() + answer.body()).doesNotContain("evil");
    ObjectNode demand = Shop.decode(answer.header("PAYMENT-REQUIRED").orElseThrow());
    assertThat(demand.toString()).doesNotContain("evil");
    assertThat(demand.at("/resource/url").asText()).isEqualTo(shop.base() + Shop.SERVICE);
    assertThat(Shop.json(answer.body()).at("/accepts/0/resource").asText())
        .isEqualTo(shop.base() + Shop.SERVICE);
  }

  static Stream<String> doubledKeys() {
    return Stream.of(
        Shop.BODY.replace("}", ",\"ImageURLA\":\"https://images.example.com/c.jpg\"}"),
        Shop.BODY.replace("}", ",\"\\u0049mageURLA\":\"https://images.example.com/c.jpg\"}"),
        Shop.BODY.replace("}", ",\"QualityScoreThreshold\":1,\"QualityScoreThreshold\":1}"),
        Shop.BODY.replace("}", ",\"x\":{\"a\":1,\"a\":2}}"));
  }

  @ParameterizedTest
  @MethodSource("doubledKeys")
  @DisplayName("duplicate keys in the body are refused")
  void duplicateKeys(String body) throws Exception {
    Books before = Books.now();
    String payment = shop.signature();

    assertRefused(
        raw.send(RawHttp.post(Shop.SERVICE, body, "PAYMENT-SIGNATURE: " + payment)),
        400,
        "malformed_request");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @Test
  @DisplayName("parameters beside the body neither replace nor add to what is sent")
  void parameterPollution() throws Exception {
    Books before = Books.now();
    String failing = "https%3A%2F%2Fi.example.com%2Fsandbox%2Ferror%2FInvalidImage.NotFoundFace";

    Answer answer =
        raw.send(
            RawHttp.post(
                Shop.SERVICE + "?ImageURLA=" + failing + "&ImageURLA=" + failing + "&Action=Other",
                Shop.BODY,
                "ImageURLA: https://i.example.com/sandbox/error/InvalidImage.NotFoundFace",
                "Action: Other",
                "PAYMENT-SIGNATURE: " + shop.signature()));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(Shop.json(answer.body()).at("/data/Action").asText())
        .isEqualTo("CompareFaceWithMask");
    assertThat(Books.now()).isEqualTo(before.plusOneSale());
  }

  static Stream<String> wrongTypes() {
    String a = "\"https://images.example.com/a.jpg\"";
    Stream<String> values =
        Stream.of(
                "[" + a + "]",
                "{\"url\":" + a + "}",
                "1",
                "1.5",
                "true",
                "null",
                "\"\"",
                "{\"toString\":" + a + "}",
                "{\"__proto__\":{}}")
            .map(value -> Shop.BODY.replace(a, value));
    Stream<String> keys =
        Stream.of(
                "Action",
                "AccessKeyId",
                "RegionId",
                "Endpoint",
                "Version",
                "Signature",
                "SignatureNonce",
                "SecurityToken",
                "Timestamp",
                "Format",
                "__proto__",
                "constructor",
                "prototype",
                "imageurla",
                "ImageURLA ",
                "ImageURLA\\u0000",
                "ImageURLC",
                "")
            .map(key -> Shop.BODY.replace("}", ",\"" + key + "\":\"x\"}"));
    Stream<String> others =
        Stream.of(
            "[]",
            "[" + Shop.BODY + "]",
            "null",
            "\"x\"",
            "1",
            "{}",
            "",
            Shop.BODY.replace("}", ",\"QualityScoreThreshold\":\"1\"}"),
            Shop.BODY.replace("}", ",\"QualityScoreThreshold\":[1]}"),
            Shop.BODY.replace("}", ",\"QualityScoreThreshold\":true}"));
    return Stream.of(values, keys, others).flatMap(part -> part);
  }

  @ParameterizedTest
  @MethodSource("wrongTypes")
  @DisplayName("other types and other keys than the schema's never reach anybody")
  void wrongTypesAndKeys(String body) throws Exception {
    Books before = Books.now();
    String payment = shop.signature();

    Answer answer = raw.send(RawHttp.post(Shop.SERVICE, body, "PAYMENT-SIGNATURE: " + payment));

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).isIn("invalid_request", "malformed_request");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  private static final List<String> CAMEL_NAMES =
      List.of(
          "CamelHttpUri",
          "CamelHttpPath",
          "CamelHttpQuery",
          "CamelHttpMethod",
          "CamelHttpResponseCode",
          "CamelHttpUrl",
          "CamelToEndpoint",
          "CamelExchangeId",
          "CamelBeanMethodName",
          "CamelBeanName",
          "CamelFileName",
          "camelhttpuri",
          "camel-http-uri",
          "breadcrumbId",
          "service",
          "method",
          "released",
          "claimed",
          "variable.claimed",
          "X-Request-Id",
          "requestId",
          "org.apache.camel.x");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/sandbox/alibaba/counters",
        "log:evil",
        "${sys.user.home}",
        "replay",
        "GET",
        "500"
      })
  @DisplayName("names that Camel acts on are inert as headers and as parameters")
  void camelHeaders(String value) throws Exception {
    Books before = Books.now();
    String query =
        CAMEL_NAMES.stream()
            .map(name -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))
            .collect(Collectors.joining("&", "?", ""));
    Stream<String> headers = CAMEL_NAMES.stream().map(name -> name + ": " + value);

    Answer unpaid =
        raw.send(
            RawHttp.post(
                Shop.SERVICE + query,
                "",
                CAMEL_NAMES.stream().map(name -> name + ": " + value).toArray(String[]::new)));
    Answer paid =
        raw.send(
            RawHttp.post(
                Shop.SERVICE + query,
                Shop.BODY,
                Stream.concat(headers, Stream.of("PAYMENT-SIGNATURE: " + shop.signature()))
                    .toArray(String[]::new)));

    assertThat(unpaid.status()).isEqualTo(402);
    assertThat(paid.status()).as(paid.body()).isEqualTo(200);
    assertThat(paid.header("Idempotent-Replayed")).isEmpty();
    assertThat(paid.header("X-Request-Id").orElseThrow()).startsWith("req_");
    assertThat(paid.headers().keySet())
        .doesNotContainAnyElementsOf(
            CAMEL_NAMES.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> !name.equals("x-request-id"))
                .toList());
    assertThat(Books.now()).isEqualTo(before.plusOneSale());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${sys.user.home}",
        "${header.service}",
        "${bean:recovery?method=eraseExpired}",
        "{{tollroute.database.url}}",
        "%24%7Bsys.user.home%7D",
        "%7B%7Btollroute.database.url%7D%7D",
        "{service}",
        ":service"
      })
  @DisplayName("expressions as the name of a service are a name that nobody has")
  void expressionsInPaths(String name) throws Exception {
    Answer answer = raw.send(RawHttp.post("/api/tools/" + name, ""));

    assertRefused(answer, 404, "unknown_service");
    assertThat(answer.body()).doesNotContain("jdbc", System.getProperty("user.home"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"${sys.user.home}", "{{tollroute.database.url}}", "${body}"})
  @DisplayName("expressions in what is bought are passed on as they are, and bought as they are")
  void expressionsInInput(String expression) throws Exception {
    Books before = Books.now();
    String url =
        "https://images.example.com/a.jpg?q=" + expression.replace("{", "%7B").replace("}", "%7D");

    HttpResponse<String> answer =
        shop.buy(shop.signature(), Shop.BODY.replace("https://images.example.com/a.jpg", url));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Books.now()).isEqualTo(before.plusOneSale());
  }

  @Test
  @DisplayName("a payment in a trailer is no payment")
  void trailers() throws Exception {
    Books before = Books.now();
    String payment = shop.signature();
    String chunk = Integer.toHexString(Shop.BODY.length()) + "\r\n" + Shop.BODY + "\r\n";

    Answer answer =
        raw.send(
            "POST "
                + Shop.SERVICE
                + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
                + "TE: trailers\r\nTrailer: PAYMENT-SIGNATURE, CamelHttpUri\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + chunk
                + "0\r\nPAYMENT-SIGNATURE: "
                + payment
                + "\r\nCamelHttpUri: http://127.0.0.1:1\r\n\r\n");

    assertRefused(answer, 402, "payment_required");
    assertThat(Books.now()).isEqualTo(before);
    assertStillGood(payment);
  }

  @Test
  @DisplayName("An unreadable request line is refused in the envelope, and the line is closed")
  void unreadable() throws Exception {
    for (String request :
        new String[] {
          "\u0000\u0001\r\n\r\n", "POST\r\n\r\n", "POST " + Shop.SERVICE + "\r\n\r\n"
        }) {
      Answer answer = raw.send(request);
      assertRefused(answer, 400, "bad_request");
      assertThat(answer.header("Connection")).contains("close");
      assertThat(answer.header("X-Request-Id")).isPresent();
    }
  }

  @Test
  @DisplayName("A wrong method on a page is 405 with the methods it takes")
  void wrongMethodOnPage() throws Exception {
    Answer answer = raw.send(RawHttp.post("/docs/errors", ""));

    assertRefused(answer, 405, "method_not_allowed");
    assertThat(answer.header("Allow")).contains("GET, HEAD, OPTIONS");
    assertThat(URI.create(Shop.json(answer.body()).path("docUrl").asText()).getPath())
        .isEqualTo("/docs/errors");
  }
}
