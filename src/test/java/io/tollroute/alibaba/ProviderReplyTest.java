package io.tollroute.alibaba;

import static io.tollroute.testing.ScriptedUpstream.after;
import static io.tollroute.testing.ScriptedUpstream.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.http.MethodType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Service;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Folders;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.ScriptedUpstream.Behaviour;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to Alibaba and what comes back, byte for byte. */
class ProviderReplyTest {

  private static final BasicCredentials KEYS =
      new BasicCredentials(SandboxAccount.ACCESS_KEY_ID, SandboxAccount.ACCESS_KEY_SECRET);
  private static final long PRICE = 200_000;
  private static final String GOOD = "{\"RequestId\":\"R-1\",\"Data\":{\"Confidence\":1.0}}";

  private static ScriptedUpstream upstream;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    upstream = new ScriptedUpstream();
    shop = Shop.open(Map.of("TOLLROUTE_ALIBABA_ENDPOINT", upstream.url()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Confidence\":88.02560424804688,\"Thresholds\":[61.0,69.0,75.0]}",
        "{\"a\":97.0,\"b\":1E5,\"c\":-0.0,\"d\":12345678901234567890.10}",
        "{\"text\":\"\\u56fe\\u50cf \\/ \u56fe\u50cf \ud83d\ude37\", \"spaced\" : [ 1 , 2 ] }"
      })
  @DisplayName("the buyer gets Alibaba's Data digit for digit, and the same again with a replay")
  void relayed(String data) throws Exception {
    upstream.does(answering(200, "{\"RequestId\":\"R-1\",\"Data\":" + data + "}"));
    String payment = shop.signature();

    HttpResponse<String> answer = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .contains(
            "\"data\":{\"Action\":\"CompareFaceWithMask\",\"RequestId\":\"R-1\",\"Result\":"
                + data
                + "}");
    assertThat(shop.buy(payment).body()).isEqualTo(answer.body());
    assertThat(upstream.requests()).hasSize(1);
  }

  @Test
  @DisplayName("what goes out is a signed form to a constant address, with nothing of the caller's")
  void sent() throws Exception {
    upstream.does(answering(200, GOOD));

    HttpResponse<String> answer =
        shop.post(
            Shop.SERVICE + "?Action=DeleteFaceDb&CamelHttpPath=/x",
            "{\"ImageURLA\":\"https://images.example.com/a+b.jpg?x=1&y=*~\","
                + "\"ImageURLB\":\"https://images.example.com/b.jpg\","
                + "\"QualityScoreThreshold\":1e1}",
            "PAYMENT-SIGNATURE",
            shop.signature(),
            "Cookie",
            "a=b",
            "Authorization",
            "Bearer mine",
            "X-Forwarded-For",
            "1.2.3.4",
            "CamelHttpUri",
            "http://127.0.0.1:1/",
            "Tollroute-Deadline",
            "1");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    ScriptedUpstream.Request request = upstream.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/");
    assertThat(request.headers().get("Content-Type")).contains("application/x-www-form-urlencoded");
    assertThat(request.headers().keySet())
        .isSubsetOf(
            "Accept",
            "Accept-encoding",
            "Authorization",
            "Connection",
            "Content-length",
            "Content-type",
            "Host",
            "User-agent",
            "X-acs-action",
            "X-acs-content-sha256",
            "X-acs-date",
            "X-acs-signature-nonce",
            "X-acs-version");
    assertThat(request.form())
        .containsOnly(
            Map.entry("ImageURLA", "https://images.example.com/a+b.jpg?x=1&y=*~"),
            Map.entry("ImageURLB", "https://images.example.com/b.jpg"),
            Map.entry("QualityScoreThreshold", "10"));
    SortedMap<String, String> signed = new TreeMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (lower.startsWith("x-acs-") || lower.matches("host|content-type")) {
                signed.put(lower, only(value));
              }
            });
    assertThat(signed)
        .containsEntry("x-acs-action", "CompareFaceWithMask")
        .containsEntry("content-type", "application/x-www-form-urlencoded")
        .containsEntry("x-acs-content-sha256", sha256(request.body()));
    assertThat(
            Acs3Signing.authorization("POST", "", signed, signed.get("x-acs-content-sha256"), KEYS))
        .isEqualTo(only(request.headers().get("Authorization")));
  }

  @Test
  @DisplayName("version 1.0 is signed when the settings say so, all of it in the body")
  void version_one() throws Exception {
    try (ScriptedUpstream other = new ScriptedUpstream();
        Shop old =
            Shop.open(
                Map.of(
                    "TOLLROUTE_ALIBABA_ENDPOINT",
                    other.url(),
                    "TOLLROUTE_ALIBABA_SIGNATURE",
                    "v1"))) {
      other.does(answering(200, GOOD));

      assertThat(old.buy(old.signature()).statusCode()).isEqualTo(200);

      ScriptedUpstream.Request request = other.requests().get(0);
      assertThat(request.headers())
          .doesNotContainKey("Authorization")
          .containsEntry("Content-type", "[application/x-www-form-urlencoded]");
      Map<String, String> form = request.form();
      assertThat(form).containsEntry("Action", "CompareFaceWithMask");
      String signature = form.remove("Signature");
      assertThat(V1Signing.signature(MethodType.POST, form, KEYS)).isEqualTo(signature);
    }
  }

  @Test
  @DisplayName("the stand-in sells to version 1.0 too")
  void version_one_in_the_sandbox() throws Exception {
    try (Shop old = Shop.open(Map.of("TOLLROUTE_ALIBABA_SIGNATURE", "v1"))) {
      assertThat(old.buy(old.signature()).statusCode()).isEqualTo(200);
    }
  }

  /** The one value of a header, which is told as a list. */
  private static String only(String values) {
    return values.substring(1, values.length() - 1);
  }

  private static String sha256(String body) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        arguments("200 with another code", answering(200, "{\"Code\":\"X\",\"Data\":{\"a\":1}}")),
        arguments("200 with a code in digits", answering(200, "{\"Code\":500,\"Data\":{\"a\":1}}")),
        arguments("200 with a code of a type", answering(200, "{\"Code\":{},\"Data\":{\"a\":1}}")),
        arguments("200 with Data twice", answering(200, "{\"Data\":{},\"Data\":{\"a\":1}}")),
        arguments("200 with more behind", answering(200, GOOD + GOOD)),
        arguments("200 with XML", answering(200, "<?xml version='1.0'?><Data><a>1</a></Data>")),
        arguments("an empty object", answering(200, empty("{}"))),
        arguments("an empty list", answering(200, empty("[ ]"))),
        arguments("an empty text", answering(200, empty("\"\""))),
        arguments("null", answering(200, empty("null"))),
        arguments("no Data", answering(200, "{\"RequestId\":\"R-1\",\"Code\":\"200\"}")),
        arguments("204", answering(204, "")),
        arguments("401", answering(401, "")),
        arguments("403 of a firewall", answering(403, "<html>Forbidden</html>")),
        arguments("a redirect", redirecting()),
        arguments("a lying gzip", encoded("not gzip".getBytes(StandardCharsets.UTF_8))),
        arguments("a zip bomb", encoded(gzip(GOOD.replace("1.0", "1" + "0".repeat(8 << 20))))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  @DisplayName("what is no usable answer is 502, not charged and not asked for again")
  void failed(String name, Behaviour behaviour) throws Exception {
    upstream.does(behaviour);
    String payment = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> answer = shop.buy(payment);

    assertRefusal(answer, 502, "provider_failed");
    assertThat(upstream.requests()).hasSize(1);
    assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 0, 0, 0));
    upstream.does(answering(200, GOOD));
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    assertThat(shop.since(before).income()).isEqualTo(PRICE);
  }

  private static String empty(String data) {
    return "{\"RequestId\":\"R-1\",\"Code\":\"200\",\"Data\":" + data + "}";
  }

  @Test
  @DisplayName("an empty answer costs no use of a token, and is owed where money moved before")
  void empty_everywhere(@TempDir Path folder) throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write("paid-first", "0.20", "first");
    services.write("may-be-empty", "0.20");
    Folders.edit(
        folder.resolve("may-be-empty.yaml"), "settings:\n", "settings:\n    mayBeEmpty: true\n");
    try (Shop other =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES", folder.toString(),
                "TOLLROUTE_ALIBABA_ENDPOINT", upstream.url()))) {
      upstream.does(answering(200, empty("{}")));
      TokenBuyer buyer = new TokenBuyer(other);
      JsonNode strict = buyer.paid("paid-first", 2);
      assertRefusal(
          buyer.use(strict, Service.TOOLS + "paid-first", Shop.BODY), 502, "provider_failed");
      assertThat(buyer.remaining(strict)).isEqualTo(2);

      HttpResponse<String> owed = buy(other, "paid-first");
      assertThat(Shop.json(owed).path("error").asText()).isEqualTo("answer_owed");
      assertThat(Shop.json(owed).path("reason").asText()).isEqualTo("provider_failed");

      HttpResponse<String> allowed = buy(other, "may-be-empty");
      assertThat(allowed.statusCode()).as(allowed.body()).isEqualTo(200);
      assertThat(allowed.body()).contains("\"Result\":{}");
    }
  }

  private static HttpResponse<String> buy(Shop seller, String service) throws Exception {
    String path = Service.TOOLS + service;
    ObjectNode demand = Shop.demand(seller.post(path, Shop.BODY));
    ObjectNode payment = seller.wallet().sign(demand, demand.path("accepts").path(0));
    return seller.post(path, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));
  }

  @Test
  @DisplayName("an answer that is really compressed is read")
  void compressed() throws Exception {
    upstream.does(encoded(gzip(GOOD)));

    assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
  }

  static Stream<Arguments> passing() {
    String throttling = "{\"RequestId\":\"R\",\"Code\":\"Throttling.User\",\"Message\":\"x\"}";
    return Stream.of(
        arguments("throttled with 400", answering(400, throttling), "provider_busy"),
        arguments("throttled with 429", answering(429, throttling), "provider_busy"),
        arguments("throttled with 503", answering(503, throttling), "provider_busy"),
        arguments("429 of a gateway", answering(429, "<html>"), "provider_unavailable"),
        arguments("503 of a gateway", answering(503, "<html>"), "provider_unavailable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passing")
  @DisplayName("what passes is asked for at most three times, signed anew each time, then 503")
  void repeated(String name, Behaviour behaviour, String word) throws Exception {
    upstream.does(behaviour);
    String payment = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> answer = shop.buy(payment);

    assertRefusal(answer, 503, word);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(upstream.requests()).hasSize(3);
    assertThat(upstream.requests().stream().map(r -> r.headers().get("X-acs-signature-nonce")))
        .doesNotContainNull()
        .doesNotHaveDuplicates();
    assertThat(upstream.requests().stream().map(r -> r.headers().get("Authorization")))
        .doesNotContainNull()
        .doesNotHaveDuplicates();
    assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 0, 0, 0));
  }

  @Test
  @DisplayName("repeats share the deadline of the call: nothing is begun that cannot end in it")
  void one_deadline() throws Exception {
    upstream.does(after(1_950, answering(400, "{\"RequestId\":\"R\",\"Code\":\"Throttling\"}")));

    HttpResponse<String> answer = shop.buy(shop.signature());

    assertThat(answer.statusCode()).isIn(503, 504);
    assertThat(upstream.requests()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  @DisplayName("an upstream that cannot be reached is 503, not charged")
  void unreachable() throws Exception {
    ScriptedUpstream gone = new ScriptedUpstream();
    String url = gone.url();
    gone.close();
    try (Shop other = Shop.open(Map.of("TOLLROUTE_ALIBABA_ENDPOINT", url))) {
      Books before = other.takeStock();

      HttpResponse<String> answer = other.buy(other.signature());

      assertRefusal(answer, 503, "provider_unavailable");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(other.since(before)).isEqualTo(new Books(0, 1, 0, 0, 0));
    }
  }

  private static void assertRefusal(HttpResponse<String> answer, int status, String word)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
  }

  private static Behaviour redirecting() {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", "/elsewhere");
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    };
  }

  private static Behaviour encoded(byte[] body) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    };
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
