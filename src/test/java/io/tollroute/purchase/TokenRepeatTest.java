package io.tollroute.purchase;

import static io.tollroute.testing.TokenBuyer.assertRefused;
import static io.tollroute.testing.TokenBuyer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Recovery;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same request with the same token, again: in one process, and over two replicas. */
@ParameterizedClass(name = "{0}")
@EnumSource(TokenRepeatTest.Kind.class)
class TokenRepeatTest {

  enum Kind {
    ONE_PROCESS,
    TWO_REPLICAS
  }

  private static final String ALIAS = "/api/tools/aliyun-facebody-compare-face-with-mask";
  private static final String CHANGING = "/api/tools/changing-comparison";
  private static final Duration LONGER_THAN_KEPT = Duration.ofSeconds(901);

  @TempDir private static Path folder;

  private static Shop shop;
  private static Shop other;
  private static TokenBuyer buyer;

  @Parameter private Kind kind;
  private Books before;

  @BeforeParameterizedClassInvocation
  static void open(Kind kind) throws Exception {
    Files.createDirectories(folder.resolve(kind.name()));
    FaceServices services = new FaceServices(folder.resolve(kind.name()));
    services.write("masked-face-comparison", "0.20");
    services.writeNewEachTime("changing-comparison", "0.20");
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_SERVICES", folder.resolve(kind.name()).toString());
    if (kind == Kind.TWO_REPLICAS) {
      settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    }
    shop = Shop.open(settings);
    other = kind == Kind.TWO_REPLICAS ? shop.openReplica(settings) : shop;
    buyer = new TokenBuyer(shop);
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    if (other != shop) {
      other.close();
    }
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @Test
  @DisplayName(
      "who hangs up after one second of a slow call and calls again has one use and one answer")
  void hangUp() throws Exception {
    ObjectNode token = buyer.paid(5);
    String slow = Shop.magic("/sandbox/slow/2000");

    assertThatThrownBy(
            () ->
                shop.client()
                    .send(
                        request(shop, Shop.SERVICE, slow, token)
                            .timeout(Duration.ofSeconds(1))
                            .build(),
                        BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    HttpResponse<String> meanwhile = use(other, token, slow);
    List<HttpResponse<String>> answers = new ArrayList<>();
    Shop.await(
        () -> {
          answers.add(use(other, token, slow));
          return last(answers).statusCode() != 409;
        });

    assertThat(meanwhile.statusCode()).as(meanwhile.body()).isEqualTo(409);
    assertThat(Shop.json(meanwhile).path("error").asText()).isEqualTo("payment_in_progress");
    assertThat(Shop.json(meanwhile).path("charged").asText()).isEqualTo("unknown");
    assertThat(meanwhile.headers().firstValue("Retry-After")).isPresent();
    assertReplayed(last(answers));
    assertThat(buyer.remaining(token)).isEqualTo(4);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "the same request is the same call under every address and spelling, and costs one use")
  void spellings() throws Exception {
    ObjectNode token = buyer.paid(3);
    HttpResponse<String> first = use(shop, token, Shop.BODY);
    ObjectNode body = (ObjectNode) Shop.json(Shop.BODY);
    ObjectNode turned = body.objectNode();
    turned.set("ImageURLB", body.get("ImageURLB"));
    turned.set("ImageURLA", body.get("ImageURLA"));

    HttpResponse<String> again = use(other, token, Shop.BODY);
    HttpResponse<String> alias =
        other.post(ALIAS, turned.toPrettyString(), "X-Payment-Token", token(token));

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertReplayed(again);
    assertReplayed(alias);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(alias.body()).isEqualTo(first.body());
    assertThat(buyer.remaining(token)).isEqualTo(2);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("fifty copies of one request at once with a token for three calls are one call")
  void copies() throws Exception {
    ObjectNode token = buyer.paid(3);
    before = shop.takeStock();

    List<HttpResponse<String>> answers =
        fifty(i -> () -> use(i % 2 == 0 ? shop : other, token, Shop.BODY));

    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 409).contains(200);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 200)
        .extracting(HttpResponse::body)
        .containsOnly(use(shop, token, Shop.BODY).body());
    assertThat(shop.since(before)).isEqualTo(new Books(1, 0, 0, 0, 0));
    assertThat(buyer.remaining(token)).isEqualTo(2);
  }

  @Test
  @DisplayName("fifty copies with a key each and a token for three calls are three calls")
  void keys() throws Exception {
    ObjectNode token = buyer.paid(3);
    before = shop.takeStock();

    List<HttpResponse<String>> answers =
        fifty(
            i ->
                () ->
                    named(
                        i % 2 == 0 ? shop : other, token, Shop.BODY, UUID.randomUUID().toString()));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(3);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() != 200)
        .extracting(HttpResponse::statusCode)
        .isSubsetOf(402, 409);
    assertThat(shop.since(before)).isEqualTo(new Books(3, 0, 0, 0, 0));
    assertThat(buyer.remaining(token)).isZero();
  }

  @Test
  @DisplayName(
      "another key is another call, the same key is the same call, no key is the last call")
  void namedCalls() throws Exception {
    ObjectNode token = buyer.paid(5);
    String one = UUID.randomUUID().toString();
    String two = UUID.randomUUID().toString();

    HttpResponse<String> plain = use(shop, token, Shop.BODY);
    HttpResponse<String> first = named(shop, token, Shop.BODY, one);
    HttpResponse<String> firstAgain = named(other, token, Shop.BODY, '"' + one + '"');
    HttpResponse<String> second = named(other, token, Shop.BODY, two);
    HttpResponse<String> plainAgain = use(other, token, Shop.BODY);
    HttpResponse<String> wrong = named(other, token, Shop.magic("/b.jpg"), two);

    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(first.body()).isNotEqualTo(plain.body());
    assertReplayed(firstAgain);
    assertThat(firstAgain.body()).isEqualTo(first.body());
    assertThat(second.body()).isNotEqualTo(first.body());
    assertReplayed(plainAgain);
    assertThat(Shop.json(wrong).path("error").asText()).isEqualTo("idempotency_key_used");
    assertThat(buyer.remaining(token)).isEqualTo(2);
    assertThat(shop.since(before).upstream()).isEqualTo(3);
  }

  @Test
  @DisplayName("a token used up for a request with a key gives another key nothing for it")
  void otherKeyOfTheUsedUp() throws Exception {
    ObjectNode token = buyer.paid(1);
    String key = UUID.randomUUID().toString();
    HttpResponse<String> first = named(shop, token, Shop.BODY, key);

    assertRefused(named(other, token, Shop.BODY, UUID.randomUUID().toString()), "token_exhausted");
    assertThat(named(other, token, Shop.BODY, key).body()).isEqualTo(first.body());
    assertThat(use(other, token, Shop.BODY).body()).isEqualTo(first.body());
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("after a failure the use is back and the same request runs anew")
  void failed() throws Exception {
    ObjectNode token = buyer.paid(1);
    String once = Shop.magic("/sandbox/error/InvalidImage.NotFoundFace");

    HttpResponse<String> failed = use(shop, token, once);
    HttpResponse<String> again = use(other, token, once);

    assertThat(failed.statusCode()).as(failed.body()).isEqualTo(422);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(422);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(buyer.remaining(token)).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(2);
  }

  @ParameterizedTest(name = "erased: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("after its answer's time the same request is a new call, and that is kept again")
  void afterwards(boolean erased) throws Exception {
    ObjectNode token = buyer.paid(3);
    HttpResponse<String> first = use(shop, token, Shop.BODY);
    shop.advance(LONGER_THAN_KEPT);
    if (erased) {
      shop.bean("recovery", Recovery.class).eraseExpired();
    }

    HttpResponse<String> later = use(other, token, Shop.BODY);
    HttpResponse<String> again = use(shop, token, Shop.BODY);

    assertThat(later.statusCode()).as(later.body()).isEqualTo(200);
    assertThat(later.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(later.body()).isNotEqualTo(first.body());
    assertReplayed(again);
    assertThat(again.body()).isEqualTo(later.body());
    assertThat(buyer.remaining(token)).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(2);
  }

  @Test
  @DisplayName("where answers change by themselves each call is a new one, but for its own key")
  void newEachTime() throws Exception {
    ObjectNode token = buyer.paid("changing-comparison", 3);
    String key = UUID.randomUUID().toString();

    HttpResponse<String> one = buyer.use(token, CHANGING, Shop.BODY);
    HttpResponse<String> two = buyer.use(token, CHANGING, Shop.BODY);
    HttpResponse<String> three = changing(token, key);
    HttpResponse<String> threeAgain = changing(token, key);

    assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
    assertThat(two.statusCode()).as(two.body()).isEqualTo(200);
    assertThat(two.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(two.body()).isNotEqualTo(one.body());
    assertReplayed(threeAgain);
    assertThat(threeAgain.body()).isEqualTo(three.body());
    assertThat(shop.since(before).upstream()).isEqualTo(3);
    assertReplayed(buyer.use(token, CHANGING, Shop.BODY));
    assertRefused(buyer.use(token, CHANGING, Shop.magic("/b.jpg")), "token_exhausted");
  }

  @Nested
  @DisplayName("the receipt of an answer that is told again")
  class Receipts {

    @Test
    @DisplayName("says the calls that remain now, not those that remained then")
    void now() throws Exception {
      ObjectNode token = buyer.paid(5);
      assertThat(remaining(use(shop, token, Shop.BODY))).isEqualTo(4);
      assertThat(remaining(use(shop, token, Shop.magic("/b.jpg")))).isEqualTo(3);
      assertThat(remaining(named(shop, token, Shop.BODY, UUID.randomUUID().toString())))
          .isEqualTo(2);

      HttpResponse<String> again = use(other, token, Shop.BODY);

      assertReplayed(again);
      assertThat(remaining(again)).isEqualTo(2);
      assertThat(receipt(again).path("status").asText()).isEqualTo("paid");
    }

    @Test
    @DisplayName("says that a token was paid back since, and the answer is still given")
    void refunded() throws Exception {
      ObjectNode token = buyer.paid(5);
      String key = UUID.randomUUID().toString();
      use(shop, token, Shop.BODY);
      named(shop, token, Shop.magic("/b.jpg"), key);
      HttpResponse<String> refund =
          buyer.manage("POST", "payments/" + token.path("paymentId").asText() + "/refund", "{}");
      assertThat(refund.statusCode()).as(refund.body()).isEqualTo(200);

      for (HttpResponse<String> again :
          List.of(use(other, token, Shop.BODY), named(other, token, Shop.magic("/b.jpg"), key))) {
        assertReplayed(again);
        assertThat(remaining(again)).isZero();
        assertThat(receipt(again).path("status").asText()).isEqualTo("refunded");
      }
      assertRefused(use(other, token, Shop.magic("/c.jpg")), "token_refunded");
      assertThat(buyer.remaining(token)).isZero();
    }
  }

  private static JsonNode receipt(HttpResponse<String> answer) throws IOException {
    return Shop.json(answer.headers().firstValue("X-Payment-Receipt").orElseThrow());
  }

  private static int remaining(HttpResponse<String> answer) throws IOException {
    return receipt(answer).path("remainingCalls").asInt(-1);
  }

  private static void assertReplayed(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Idempotent-Replayed")).contains("true");
  }

  private static HttpResponse<String> last(List<HttpResponse<String>> answers) {
    return answers.get(answers.size() - 1);
  }

  private static List<HttpResponse<String>> fifty(IntFunction<Callable<HttpResponse<String>>> call)
      throws Exception {
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(call.apply(i));
    }
    return AtOnce.run(calls, 60);
  }

  private static HttpRequest.Builder request(Shop at, String path, String body, JsonNode token) {
    return HttpRequest.newBuilder(at.base().resolve(path))
        .POST(BodyPublishers.ofString(body))
        .header("Content-Type", "application/json")
        .header("X-Payment-Token", token(token));
  }

  private static HttpResponse<String> use(Shop at, JsonNode token, String body) throws Exception {
    return at.client()
        .send(request(at, Shop.SERVICE, body, token).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> named(Shop at, JsonNode token, String body, String key)
      throws Exception {
    return at.client()
        .send(
            request(at, Shop.SERVICE, body, token).header("Idempotency-Key", key).build(),
            BodyHandlers.ofString());
  }

  private static HttpResponse<String> changing(JsonNode token, String key) throws Exception {
    return shop.post(CHANGING, Shop.BODY, "X-Payment-Token", token(token), "Idempotency-Key", key);
  }
}
