package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ledger's PostgreSQL server goes away at each step of a sale, and comes back. */
@Timeout(60)
class LedgerAwayIT {

  /** Longer than a lease with the shop's deadlines, shorter than a payment is valid. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static PostgresServer server;
  private static Map<String, String> settings;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    server = PostgresServer.own();
    settings = PostgresServer.settings(server.freshDatabase());
    shop = Shop.open(settings);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    server.close();
  }

  @BeforeEach
  void sells() throws Exception {
    assertThat(untilItAnswers(shop.signature()).statusCode()).isEqualTo(200);
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Test
  @DisplayName("away at the start: it does not start, and says what is not there")
  void start() throws Exception {
    server.stop();
    try {
      assertThatThrownBy(() -> Shop.openUnready(settings, new FaultyFacilitator()).close())
          .isInstanceOf(SettingsFault.class)
          .hasMessageContaining("tollroute.database.url: " + settings.get("TOLLROUTE_DATABASE_URL"))
          .hasMessageContaining("cannot be reached")
          .message()
          .satisfies(message -> assertThat(message.lines()).hasSize(1));
    } finally {
      server.start();
    }
  }

  @Test
  @DisplayName("away at the claim: 503, no call, no charge; the same payment is good afterwards")
  void claim() throws Exception {
    String signature = shop.signature();
    Books before = shop.takeStock();

    HttpResponse<String> refused = whileAway(() -> shop.buy(signature));

    assertRefused(refused, "ledger_unavailable", "no");
    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
    assertThat(untilItAnswers(signature).statusCode()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("away: what a call costs is still told")
  void demand() throws Exception {
    assertThat(whileAway(() -> shop.post(Shop.SERVICE, "")).statusCode()).isEqualTo(402);
  }

  @Test
  @DisplayName("away: services are found as ever, without what only the ledger knows of them")
  void found() throws Exception {
    TrackRecord record = shop.bean("trackRecord", TrackRecord.class);
    String search = "/api/catalog/search?q=masked-face-comparison";
    String service = "/services/masked-face-comparison/llms.txt";
    record.refresh();
    assertThat(Shop.json(shop.get(search)).at("/services/0/quality/sampleSize").asInt())
        .isPositive();
    assertThat(shop.get(service).body()).contains("Answered and paid");

    whileAway(
        () -> {
          record.refresh();
          JsonNode entry = Shop.json(shop.get(search)).at("/services/0");
          assertThat(entry.path("id").asText()).isEqualTo("masked-face-comparison");
          assertThat(entry.has("quality")).isFalse();
          assertThat(Shop.json(shop.get("/api/catalog")).at("/services/0")).isEqualTo(entry);
          HttpResponse<String> page = shop.get(service);
          assertThat(page.body()).doesNotContain("Answered and paid");
          JsonNode status = Shop.json(shop.get("/status"));
          assertThat(status.path("ledger").asText()).isEqualTo("silent");
          assertThat(status.at("/services/0/provider").asText()).isEqualTo("in_use");
          assertThat(status.at("/services/0").has("sampleSize")).isFalse();
          return page;
        });

    Shop.await(
        () -> {
          record.refresh();
          return Shop.json(shop.get(search)).at("/services/0").has("quality");
        });
  }

  @Test
  @DisplayName(
      "away when the answer is kept: 503 unknown, nothing settled; good again after the lease")
  void store() throws Exception {
    String signature = shop.signature();
    String body = Shop.magic("/sandbox/slow/1500");
    Books before = shop.takeStock();
    CompletableFuture<HttpResponse<String>> call =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return shop.buy(signature, body);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 0; i < 100 && shop.upstreamCalls() == before.upstream(); i++) {
      Thread.sleep(10);
    }
    assertThat(shop.since(before).upstream()).isEqualTo(1);

    HttpResponse<String> refused = whileAway(() -> call.get(20, TimeUnit.SECONDS));

    assertRefused(refused, "settlement_unknown", "unknown");
    assertThat(shop.since(before).settleCalls()).isZero();
    shop.advance(LEASE);
    HttpResponse<String> again = untilItAnswers(signature, body);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("away when the settlement is recorded: unknown, then answered, charged once")
  void mark() throws Exception {
    String signature = shop.signature();
    Books before = shop.takeStock();
    shop.facilitator()
        .on(
            "settle",
            1,
            (exchange, passing) -> {
              HttpResponse<byte[]> settled = passing.pass();
              server.stop();
              exchange.getResponseHeaders().set("Content-Type", "application/json");
              exchange.sendResponseHeaders(settled.statusCode(), settled.body().length);
              exchange.getResponseBody().write(settled.body());
              exchange.close();
            });

    HttpResponse<String> answer;
    try {
      answer = shop.buy(signature);
    } finally {
      server.start();
    }

    assertRefused(answer, "settlement_unknown", "unknown");
    shop.advance(LEASE);
    HttpResponse<String> again = untilItAnswers(signature);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("away when a paid answer is asked for again: 503, and the answer afterwards")
  void read() throws Exception {
    String signature = shop.signature();
    HttpResponse<String> sold = shop.buy(signature);
    Books before = shop.takeStock();

    HttpResponse<String> refused = whileAway(() -> shop.buy(signature));

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(Shop.json(refused).path("error").asText()).isEqualTo("ledger_unavailable");
    HttpResponse<String> again = untilItAnswers(signature);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(Shop.json(again).path("data")).isEqualTo(Shop.json(sold).path("data"));
    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
  }

  @Test
  @DisplayName("away while nobody is waiting: each look is an alert in a line, and they go on")
  void reconciling() throws Exception {
    Map<String, String> eager = new HashMap<>(settings);
    eager.put("TOLLROUTE_RECONCILE_MS", "200");
    try (LogLines log = LogLines.capture();
        Shop replica = shop.openReplica(eager)) {
      server.stop();
      try {
        for (int i = 0; i < 100 && refusals(log).isEmpty(); i++) {
          Thread.sleep(100);
        }
      } finally {
        server.start();
      }

      assertThat(refusals(log)).isNotEmpty();
      assertThat(log.lines()).noneMatch(line -> line.contains("FatalFallbackErrorHandler"));
      assertThat(untilItAnswers(shop.signature()).statusCode()).isEqualTo(200);
      log.forget();
      Thread.sleep(1_000);
      assertThat(refusals(log)).isEmpty();
      assertThat(replica.isReady()).isTrue();
    }
  }

  private static List<String> refusals(LogLines log) {
    return log.lines().stream()
        .filter(line -> line.contains("NoteRefusal") && line.contains("requestId=none"))
        .toList();
  }

  private interface Calling {
    HttpResponse<String> call() throws Exception;
  }

  private static HttpResponse<String> whileAway(Calling calling) throws Exception {
    server.stop();
    try {
      return calling.call();
    } finally {
      server.start();
    }
  }

  private static HttpResponse<String> untilItAnswers(String signature) throws Exception {
    return untilItAnswers(signature, Shop.BODY);
  }

  /** As a buyer would: the same payment again while the answer is 503. */
  private static HttpResponse<String> untilItAnswers(String signature, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = shop.buy(signature, body);
    for (int i = 0; i < 20 && answer.statusCode() == 503; i++) {
      Thread.sleep(250);
      answer = shop.buy(signature, body);
    }
    return answer;
  }

  private static void assertRefused(HttpResponse<String> answer, String word, String charged)
      throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo(charged);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }
}
