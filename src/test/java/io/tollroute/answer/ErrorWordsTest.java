package io.tollroute.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.ledger.Recovery;
import io.tollroute.ledger.sql.SqlLedger;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Folders;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.ShiftedClock;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error word is written down, and every one is where some real request ends. */
class ErrorWordsTest {

  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| <a id=\"(\\w+)\"></a>`(\\w+)` \\| (\\d{3}) \\| ([^|]+) \\| (\\w+) \\| ([^|]+) \\|$");

  private static final Pattern REFUSAL =
      Pattern.compile("(?:Refusal\\.of|new Refuse|[ .]refuse)\\((?:\\w+, )?\\s*\"(\\w+)\"");

  @TempDir private static Path folder;
  private static final String EMPTY_WALLET =
      "{\"success\":false,\"errorReason\":\"insufficient_funds\","
          + "\"transaction\":\"\",\"network\":\"eip155:84532\"}";

  private static final String ORDER = "{\"serviceId\":\"masked-face-comparison\"}";

  private static Shop shop;
  private static Shop paidFirst;

  private final Map<String, Callable<Ending>> ways = ways();

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_HTTP_BODY_SECONDS", "1"));
    paidFirst =
        Shop.open(Map.of("TOLLROUTE_X402_SETTLE", "first", "TOLLROUTE_RECONCILE_MS", "100"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    paidFirst.close();
  }

  /** How a request ended, and how many payments were settled while it was answered. */
  private record Ending(int status, Map<String, String> headers, String body, int settled) {}

  static List<ErrorWord> words() throws IOException {
    return ErrorWords.read().all();
  }

  @ParameterizedTest
  @MethodSource("words")
  @DisplayName("A real request ends in every word, as its row says")
  void reachable(ErrorWord word) throws Exception {
    assertThat(ways).containsKey(word.word());
    Ending ending;
    try {
      ending = ways.get(word.word()).call();
    } finally {
      shop.facilitator().behave();
    }

    JsonNode body = Shop.json(ending.body());
    assertThat(body.path("error").asText()).as(ending.body()).isEqualTo(word.word());
    assertThat(ending.status()).isEqualTo(word.status());
    assertThat(body.path("code").textValue()).isEqualTo(Integer.toString(word.status()));
    assertThat(body.path("content").textValue()).isEmpty();
    assertThat(body.path("data").isObject()).isTrue();
    assertThat(body.path("message").textValue()).isNotBlank();
    assertThat(body.path("charged").textValue()).isEqualTo(word.charged());
    assertThat(body.path("retryable").booleanValue()).isEqualTo(word.retryable());
    assertThat(URI.create(body.path("docUrl").textValue()).getPath()).isEqualTo("/docs/errors");
    assertThat(URI.create(body.path("docUrl").textValue()).getFragment()).isEqualTo(word.word());
    assertThat(body.path("requestId").textValue()).isEqualTo(ending.headers().get("x-request-id"));
    assertThat(ending.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("cache-control", "no-store")
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("access-control-allow-origin", "*");
    Optional<Integer> told =
        Optional.ofNullable(ending.headers().get("retry-after")).map(Integer::valueOf);
    assertThat(told.isPresent()).isEqualTo(word.patience().isPresent());
    word.patience()
        .ifPresent(patience -> assertThat(told.get()).isBetween(patience.least(), patience.most()));
    assertThat(ending.headers().containsKey("payment-required")).isEqualTo(word.status() == 402);
    if (!word.charged().equals("unknown")) {
      assertThat(ending.settled()).as("money that moved meanwhile").isZero();
    }
  }

  @Test
  @DisplayName("docs/errors.md has a row for every word, with its status and whether it is charged")
  void documented() throws Exception {
    List<List<String>> rows =
        ROW.matcher(Files.readString(Path.of("docs", "errors.md")))
            .results()
            .map(row -> List.of(row.group(1), row.group(2), row.group(3), row.group(5)))
            .toList();

    assertThat(rows)
        .isEqualTo(
            words().stream()
                .map(
                    word ->
                        List.of(
                            word.word(),
                            word.word(),
                            Integer.toString(word.status()),
                            word.charged()))
                .toList());
  }

  @Test
  @DisplayName("The page that docUrl names is served, with an anchor for every word")
  void served() throws Exception {
    HttpResponse<String> page = shop.get("/docs/errors");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    for (ErrorWord word : words()) {
      assertThat(page.body()).contains("<a id=\"" + word.word() + "\"></a>");
    }
  }

  @Test
  @DisplayName("The program refuses with no word that is not in the table")
  void known() throws Exception {
    Set<String> used = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        REFUSAL
            .matcher(Files.readString(source))
            .results()
            .map(refusal -> refusal.group(1))
            .forEach(used::add);
      }
    }
    for (JsonNode group :
        new YAMLMapper().readTree(getClass().getResourceAsStream("/alibaba-errors.yaml"))) {
      used.add(group.path("word").asText());
    }

    assertThat(used).hasSizeGreaterThan(15);
    assertThat(words().stream().map(ErrorWord::word)).containsAll(used);
  }

  private Map<String, Callable<Ending>> ways() {
    Map<String, Callable<Ending>> map = new TreeMap<>();
    map.put("bad_request", () -> raw("POST\r\n\r\n"));
    map.put("not_found", () -> last(shop, () -> shop.post("/nothing", "")));
    map.put("method_not_allowed", () -> last(shop, () -> shop.get(Shop.SERVICE)));
    map.put(
        "request_timeout",
        () -> {
          String whole = RawHttp.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token: x");
          return raw(whole.substring(0, whole.length() - 1));
        });
    map.put("request_too_large", () -> pay("{\"x\":\"" + "x".repeat(70_000) + "\"}"));
    map.put("uri_too_long", () -> raw(RawHttp.post(Shop.SERVICE + "?" + "x".repeat(5_000), "")));
    map.put(
        "unsupported_media_type",
        () ->
            last(
                shop,
                () ->
                    shop.post(
                        Shop.SERVICE,
                        "",
                        "PAYMENT-SIGNATURE",
                        shop.signature(),
                        "Content-Encoding",
                        "gzip")));
    map.put(
        "headers_too_large", () -> raw(RawHttp.post(Shop.SERVICE, "", "X: " + "x".repeat(30_000))));
    map.put(
        "expectation_failed", () -> raw(RawHttp.post(Shop.SERVICE, Shop.BODY, "Expect: 200-ok")));
    map.put("overloaded", this::overloaded);
    map.put("too_many_requests", this::tooMany);
    map.put("shutting_down", this::stopping);
    map.put("unknown_service", () -> last(shop, () -> shop.post("/api/tools/nothing", "")));
    map.put("malformed_request", () -> pay("{"));
    map.put("invalid_request", () -> pay("{}"));
    map.put("payment_required", () -> last(shop, () -> shop.post(Shop.SERVICE, Shop.BODY)));
    map.put("payment_refused", this::anotherSignature);
    map.put(
        "settlement_refused",
        () -> payWith("settle", FaultyFacilitator.answering(200, EMPTY_WALLET)));
    map.put("malformed_payment", () -> last(shop, () -> shop.buy("no payment")));
    map.put("misplaced_token", () -> last(shop, () -> shop.post(Shop.SERVICE + "?token=a", "")));
    map.put("multiple_payment_methods", this::twoPayments);
    map.put("payment_in_progress", this::atTheSameTime);
    map.put("payment_used", this::anotherRequest);
    map.put("payment_identifier_used", this::oneIdentifierTwice);
    map.put("answer_expired", this::answerErased);
    map.put("settlement_unknown", () -> payWith("settle", FaultyFacilitator.losingTheAnswer()));
    map.put("answer_owed", () -> lastFailing(owed()));
    map.put("refund_due", () -> lastFailing(refundDue()));
    map.put("refunded", this::refunded);
    map.put("credited", this::credited);
    map.put("unknown_credit", () -> last(paidFirst, () -> claim(paidFirst.payment())));
    map.put("credit_refused", this::creditOfAnother);
    map.put(
        "invalid_idempotency_key",
        () -> last(shop, () -> shop.post("/api/payments", ORDER, "Idempotency-Key", "short")));
    map.put("idempotency_key_used", this::oneKeyTwice);
    map.put("unknown_job", () -> last(shop, () -> shop.get("/api/jobs/job_nothing")));
    map.put("job_unpaid", ErrorWordsTest::jobOfAnEmptyWallet);
    map.put("unknown_payment", () -> last(shop, () -> shop.get("/api/payments/pay_nothing")));
    map.put("payment_not_payable", this::paidTwice);
    map.put("facilitator_unavailable", () -> payWith("verify", FaultyFacilitator.hangingUp()));
    map.put("provider_rejected", () -> pay(error("InvalidImage.NotFoundFace")));
    map.put("provider_busy", () -> pay(error("Throttling.User")));
    map.put("provider_unavailable", () -> pay(error("ServiceUnavailable")));
    map.put("provider_failed", () -> pay(error("InternalError")));
    map.put("provider_timeout", () -> pay(error("Timeout")));
    map.put("ledger_unavailable", this::brokenLedger);
    map.put("internal_error", this::brokenRoute);
    return map;
  }

  private static Ending jobOfAnEmptyWallet() throws Exception {
    Path services = folder.resolve("jobs");
    new FaceServices(services).writeJob("goes-on", "after");
    try (Shop other =
        Shop.open(
            Map.of("TOLLROUTE_SERVICES", services.toString(), "TOLLROUTE_JOBS_LOOK_MS", "100"))) {
      other.facilitator().on("settle", FaultyFacilitator.answering(200, EMPTY_WALLET));
      String address = "/api/tools/goes-on";
      ObjectNode demand = Shop.demand(other.post(address, ""));
      String payment = Shop.encode(other.wallet().sign(demand, demand.at("/accepts/0")));
      String video = "{\"VideoUrl\":\"https://example.com/a.mp4\"}";
      JsonNode begun = Shop.json(other.post(address, video, "PAYMENT-SIGNATURE", payment));
      String job = URI.create(begun.at("/data/job/url").asText()).getPath();
      Shop.await(() -> other.get(job).statusCode() != 202);
      return last(other, () -> other.get(job));
    }
  }

  private static String failing() {
    return error("InternalError");
  }

  /** A payment that was settled before a call that failed. */
  private static String owed() throws Exception {
    String payment = paidFirst.signature();
    assertThat(paidFirst.buy(payment, failing()).statusCode()).isEqualTo(503);
    return payment;
  }

  private static Ending lastFailing(String payment) throws Exception {
    return last(paidFirst, () -> paidFirst.buy(payment, failing()));
  }

  private static String refundDue() throws Exception {
    String payment = owed();
    paidFirst.advance(Duration.ofSeconds(1000));
    Shop.await(() -> paidFirst.buy(payment, failing()).statusCode() == 409);
    return payment;
  }

  private Ending refunded() throws Exception {
    String payment = refundDue();
    JsonNode authorization = Shop.decode(payment).at("/payload/authorization");
    HttpResponse<String> noted =
        paidFirst
            .client()
            .send(
                HttpRequest.newBuilder(
                        paidFirst
                            .management()
                            .resolve(
                                "/manage/charges/"
                                    + URLEncoder.encode(
                                        "x402:eip155:84532:"
                                            + SandboxChain.ASSET.toLowerCase(Locale.ROOT)
                                            + ":"
                                            + authorization
                                                .path("from")
                                                .asText()
                                                .toLowerCase(Locale.ROOT)
                                            + ":"
                                            + authorization.path("nonce").asText(),
                                        StandardCharsets.UTF_8)
                                    + "/refund"))
                    .header("Authorization", "Bearer sandbox-operator-token")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"note\":\"paid back\"}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(noted.statusCode()).as(noted.body()).isEqualTo(200);
    return lastFailing(payment);
  }

  private Ending credited() throws Exception {
    String payment = owed();
    assertThat(claim(Shop.decode(payment)).statusCode()).isEqualTo(201);
    return lastFailing(payment);
  }

  private static HttpResponse<String> claim(ObjectNode payment) throws Exception {
    ObjectNode claim =
        ((ObjectNode) Shop.json("{}"))
            .put("payer", payment.at("/payload/authorization/from").asText())
            .put("nonce", payment.at("/payload/authorization/nonce").asText());
    JsonNode challenge = Shop.json(paidFirst.post("/api/credits", claim.toString()));
    claim
        .put("until", challenge.path("until").asText())
        .put("signature", TextSigner.sign(paidFirst.wallet(), challenge.path("message").asText()));
    return paidFirst.post("/api/credits", claim.toString());
  }

  private Ending creditOfAnother() throws Exception {
    String claim =
        "{\"payer\":\"0x%s\",\"nonce\":\"0x%s\",\"until\":\"2020-01-01T00:00:00Z\",\"signature\":\"0x%s\"}"
            .formatted("1".repeat(40), "2".repeat(64), "3".repeat(130));
    return last(shop, () -> shop.post("/api/credits", claim));
  }

  private Ending oneKeyTwice() throws Exception {
    String key = "key-of-" + UUID.randomUUID();
    assertThat(shop.post("/api/payments", ORDER, "Idempotency-Key", key).statusCode())
        .isEqualTo(201);
    String other = ORDER.replace("}", ",\"calls\":2}");
    return last(shop, () -> shop.post("/api/payments", other, "Idempotency-Key", key));
  }

  private Ending paidTwice() throws Exception {
    ObjectNode order = (ObjectNode) Shop.json(shop.post("/api/payments", ORDER));
    String pay = "/api/payments/" + order.path("paymentId").asText() + "/pay";
    String payment = Shop.encode(shop.wallet().sign(order, order.at("/accepts/0")));
    assertThat(shop.post(pay, "", "PAYMENT-SIGNATURE", payment).statusCode()).isEqualTo(200);
    return last(shop, () -> shop.post(pay, ""));
  }

  private static String error(String code) {
    return Shop.magic("/sandbox/error/" + code);
  }

  private Ending pay(String body) throws Exception {
    String payment = shop.signature();
    return last(shop, () -> shop.buy(payment, body));
  }

  private Ending payWith(String operation, FaultyFacilitator.Fault fault) throws Exception {
    String payment = shop.signature();
    shop.facilitator().on(operation, fault);
    return last(shop, () -> shop.buy(payment));
  }

  private Ending anotherSignature() throws Exception {
    ObjectNode payment = shop.payment();
    ((ObjectNode) payment.path("payload"))
        .put("signature", shop.payment().at("/payload/signature").asText());
    return last(shop, () -> shop.buy(Shop.encode(payment)));
  }

  private Ending twoPayments() throws Exception {
    String payment = shop.signature();
    return last(
        shop,
        () ->
            shop.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE", payment, "X-PAYMENT", payment));
  }

  private Ending atTheSameTime() throws Exception {
    String payment = shop.signature();
    String slow = Shop.magic("/sandbox/slow/1000");
    int upstream = shop.upstreamCalls();
    CompletableFuture<HttpResponse<String>> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return shop.buy(payment, slow);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    while (shop.upstreamCalls() == upstream) {
      Thread.sleep(10);
    }
    Ending second = last(shop, () -> shop.buy(payment, slow));
    assertThat(first.get().statusCode()).isEqualTo(200);
    return second;
  }

  private Ending anotherRequest() throws Exception {
    String payment = shop.signature();
    assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
    return last(shop, () -> shop.buy(payment, Shop.magic("/other.jpg")));
  }

  private Ending oneIdentifierTwice() throws Exception {
    ObjectNode first = shop.payment();
    ObjectNode second = shop.payment();
    ((ObjectNode) second.at("/extensions/payment-identifier/info"))
        .put("id", first.at("/extensions/payment-identifier/info/id").asText());
    assertThat(shop.buy(Shop.encode(first)).statusCode()).isEqualTo(200);
    return last(shop, () -> shop.buy(Shop.encode(second), Shop.magic("/other.jpg")));
  }

  private Ending answerErased() throws Exception {
    ShiftedClock clock = new ShiftedClock(Clock.systemUTC());
    try (Shop other = Shop.open(Map.of(), clock)) {
      String payment = other.signature();
      assertThat(other.buy(payment).statusCode()).isEqualTo(200);
      clock.advance(Duration.ofHours(1));
      other.bean("recovery", Recovery.class).eraseExpired();
      return last(other, () -> other.buy(payment));
    }
  }

  private Ending overloaded() throws Exception {
    try (Shop other = Shop.open(Map.of("TOLLROUTE_HTTP_MAX_IN_FLIGHT", "0"))) {
      return last(other, () -> other.post(Shop.SERVICE, ""));
    }
  }

  private Ending tooMany() throws Exception {
    try (Shop other =
        Shop.open(
            Map.of(
                "TOLLROUTE_LIMITS_UNPAID_PER_SECOND", "1", "TOLLROUTE_LIMITS_UNPAID_BURST", "1"))) {
      assertThat(other.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
      return last(other, () -> other.post(Shop.SERVICE, ""));
    }
  }

  /** While a call in flight keeps the process from stopping. */
  private Ending stopping() throws Exception {
    try (Shop other = Shop.open()) {
      String payment = other.signature();
      String second = other.signature();
      CompletableFuture<HttpResponse<String>> inFlight =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return other.buy(payment, Shop.magic("/sandbox/slow/2500"));
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      Shop.await(() -> other.upstreamCalls() == 1);
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(
              () -> {
                try {
                  other.application().close();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      Shop.await(() -> !other.isReady());
      Ending ending = last(other, () -> other.buy(second));
      assertThat(inFlight.get().statusCode()).isEqualTo(200);
      stopped.get();
      return ending;
    }
  }

  private Ending brokenLedger() throws Exception {
    try (Shop other = Shop.open()) {
      String payment = other.signature();
      other.bean("ledger", SqlLedger.class).close();
      return last(other, () -> other.buy(payment));
    }
  }

  private Ending brokenRoute() throws Exception {
    Path routes = Folders.copy(Path.of("routes"), folder.resolve("routes"));
    Folders.edit(
        routes.resolve("payment/x402.camel.yaml"),
        "        - to:\n            uri: direct:facilitator-verify\n",
        "        - throwException:\n"
            + "            exceptionType: java.lang.IllegalStateException\n"
            + "            message: a step that fails\n");
    try (Shop other = Shop.open(Map.of("TOLLROUTE_ROUTES", routes.toString()))) {
      String payment = other.signature();
      return last(other, () -> other.buy(payment));
    }
  }

  private static Ending last(Shop shop, Callable<HttpResponse<String>> request) throws Exception {
    int before = shop.settled();
    HttpResponse<String> answer = request.call();
    Map<String, String> headers = new TreeMap<>();
    answer
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return new Ending(answer.statusCode(), headers, answer.body(), shop.settled() - before);
  }

  private static Ending raw(String request) throws Exception {
    RawHttp.Answer answer = shop.raw().send(request);
    Map<String, String> headers = new TreeMap<>();
    answer.headers().forEach((name, values) -> headers.put(name, values.get(0)));
    return new Ending(answer.status(), headers, answer.body(), 0);
  }
}
