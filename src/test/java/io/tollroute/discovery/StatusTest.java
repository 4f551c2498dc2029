package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Recovery;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.ledger.sql.LedgerPlace;
import io.tollroute.ledger.sql.Rows;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("The status for buyers")
class StatusTest {

  private static final String AFTER = "answered-first";
  private static final String FIRST = "paid-first";
  private static final String UNSOLD = "unsold";
  private static final int JUDGED = 4;
  private static final String FAILING = "/sandbox/error/InternalError";

  @TempDir private static Path folder;
  private static Shop shop;

  @Parameter private LedgerPlace.Kind kind;

  @BeforeParameterizedClassInvocation
  static void open(LedgerPlace.Kind kind) throws Exception {
    Path own = Files.createDirectories(folder.resolve(kind.name()));
    FaceServices services = new FaceServices(own);
    services.write(AFTER, "0.20");
    services.write(FIRST, "0.20", "first");
    services.write(UNSOLD, "0.20");
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_SERVICES", own.toString());
    settings.put("TOLLROUTE_BREAKER", "on");
    settings.put("TOLLROUTE_BREAKER_CALLS", Integer.toString(JUDGED));
    settings.put("TOLLROUTE_SELLER", "A <b>shop</b>");
    if (kind == LedgerPlace.Kind.POSTGRESQL) {
      settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    }
    shop = Shop.open(settings);
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    shop.close();
  }

  /** As the clock does every minute. */
  private static void count() {
    shop.bean("trackRecord", TrackRecord.class).refresh();
  }

  private static HttpResponse<String> call(String service, String image) throws Exception {
    ObjectNode demand = Shop.demand(shop.post("/api/tools/" + service, ""));
    return shop.post(
        "/api/tools/" + service,
        Shop.magic(image),
        "PAYMENT-SIGNATURE",
        Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0"))));
  }

  private static JsonNode status() throws Exception {
    HttpResponse<String> answer = shop.get("/status");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer);
  }

  private static JsonNode of(String service) throws Exception {
    return status()
        .path("services")
        .valueStream()
        .filter(entry -> entry.path("id").asText().equals(service))
        .findFirst()
        .orElseThrow();
  }

  /** Every charge that the management port lists. */
  private static List<JsonNode> charges() throws Exception {
    TokenBuyer operator = new TokenBuyer(shop);
    List<JsonNode> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = Shop.json(operator.manage("GET", "charges?limit=3" + cursor, ""));
      page.path("charges").forEach(all::add);
      cursor = page.path("next").isTextual() ? "&cursor=" + page.path("next").asText() : "";
    } while (!cursor.isEmpty());
    return all;
  }

  /**
   * What the status must say of a service, made of nothing but the list of charges: all of them are
   * of the days that are counted.
   */
  private static void assertRecomputable(String service) throws Exception {
    long answered = 0;
    long unanswered = 0;
    Optional<String> last = Optional.empty();
    for (JsonNode charge : charges()) {
      boolean sold =
          charge.path("service").asText().equals(service)
              && !charge.path("kind").asText().equals("purchase")
              && charge.path("cents").asDouble() > 0
              && charge.path("settledAt").isTextual();
      String state = charge.path("state").asText();
      if (sold && state.equals("settled")) {
        answered++;
        String at = charge.path("settledAt").asText();
        last = Optional.of(last.filter(known -> known.compareTo(at) > 0).orElse(at));
      } else if (sold && List.of("refund_due", "refunded", "credited").contains(state)) {
        unanswered++;
      }
    }
    long failed =
        new Rows(shop)
            .numbers("SELECT calls FROM failed_call WHERE service = '" + service + "'").stream()
                .mapToLong(Long::longValue)
                .sum();
    long sample = answered + unanswered + failed;
    JsonNode told = of(service);
    assertThat(told.path("failed").asLong(-1)).as(service).isEqualTo(failed);
    assertThat(told.path("answered").asLong(-1)).as(service).isEqualTo(answered);
    assertThat(told.path("unanswered").asLong(-1)).as(service).isEqualTo(unanswered);
    assertThat(told.path("sampleSize").asLong(-1)).as(service).isEqualTo(sample);
    assertThat(told.path("lastPaidCallAt").asText("")).as(service).isEqualTo(last.orElse(""));
    if (sample > 0) {
      assertThat(told.path("successRate").decimalValue().doubleValue())
          .isCloseTo((double) answered / sample, within(1e-4));
    } else {
      assertThat(told.has("successRate")).as(service).isFalse();
    }
    assertWaits(service, told.path("milliseconds"));
  }

  /** By nearest rank of the exact times, rounded up to two digits. */
  private static void assertWaits(String service, JsonNode told) throws Exception {
    List<Long> waits =
        new Rows(shop)
            .numbers(
                "SELECT milliseconds FROM charge WHERE service = '"
                    + service
                    + "' AND state = 'SETTLED' AND buys IS NULL AND cents + rest > 0"
                    + " AND milliseconds IS NOT NULL ORDER BY milliseconds");
    assertThat(told.path("sampleSize").asInt(0)).as(service).isEqualTo(waits.size());
    for (int percent : waits.isEmpty() ? new int[0] : new int[] {50, 95}) {
      long exact = waits.get((int) Math.ceil(percent / 100.0 * waits.size()) - 1);
      BigDecimal rounded = new BigDecimal(exact, new MathContext(2, RoundingMode.CEILING));
      assertThat(told.path("p" + percent).asLong(-1))
          .as(service + " p" + percent + " of " + waits)
          .isEqualTo(rounded.longValueExact());
    }
  }

  @Test
  @Order(1)
  @DisplayName("counts nothing where nothing was sold, and says so")
  void nothing() throws Exception {
    count();

    JsonNode status = status();
    assertThat(status.path("ledger").asText()).isEqualTo("read");
    assertThat(status.path("facilitator").asText()).isEqualTo("in_use");
    assertThat(status.path("sampleDays").asInt()).isEqualTo(TrackRecord.DAYS);
    assertThat(status.path("services")).hasSize(3);
    assertThat(of(UNSOLD))
        .isEqualTo(
            Shop.json(
                "{\"id\":\"unsold\",\"name\":\""
                    + of(UNSOLD).path("name").asText()
                    + "\",\"endpoint\":\""
                    + shop.base()
                    + "/api/tools/unsold\",\"provider\":\"in_use\",\"sampleSize\":0,"
                    + "\"answered\":0,\"unanswered\":0,\"failed\":0}"));
  }

  @Test
  @Order(2)
  @DisplayName("says of whom nobody asks at the moment, and no more when he may be asked again")
  void keptBack() throws Exception {
    String tag = shop.get("/status").headers().firstValue("ETag").orElseThrow();

    for (int i = 0; i < JUDGED; i++) {
      assertThat(call(UNSOLD, "/sandbox/error/ServiceUnavailable").statusCode()).isEqualTo(503);
    }
    assertThat(of(UNSOLD).path("provider").asText()).isEqualTo("kept_back");
    assertThat(of(AFTER).path("provider").asText()).isEqualTo("in_use");
    assertThat(shop.get("/status").headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
    shop.facilitator().on("verify", FaultyFacilitator.answering(500, "out of order"));
    for (int i = 0; i < JUDGED; i++) {
      assertThat(call(AFTER, "/a.jpg").statusCode()).isEqualTo(503);
    }
    assertThat(status().path("facilitator").asText()).isEqualTo("kept_back");
    assertThat(shop.get("/status.html").body()).contains("<strong>kept back</strong>");

    shop.facilitator().behave();
    shop.advance(Duration.ofSeconds(10));
    assertThat(shop.get("/status").headers().firstValue("ETag")).contains(tag);
  }

  @Test
  @Order(3)
  @DisplayName("says of calls, tokens and what failed nothing that the charges do not say")
  void recomputable() throws Exception {
    assertThat(call(AFTER, "/a.jpg").statusCode()).isEqualTo(200);
    assertThat(call(AFTER, "/b.jpg").statusCode()).isEqualTo(200);
    assertThat(call(AFTER, FAILING).statusCode()).isGreaterThanOrEqualTo(500);
    TokenBuyer buyer = new TokenBuyer(shop);
    assertThat(buyer.use(buyer.paid(AFTER, 2), "/api/tools/" + AFTER, Shop.BODY).statusCode())
        .isEqualTo(200);
    assertThat(call(FIRST, "/a.jpg").statusCode()).isEqualTo(200);
    assertThat(call(FIRST, "/b.jpg").statusCode()).isEqualTo(200);
    assertThat(call(FIRST, FAILING).statusCode()).isEqualTo(503);
    count();
    assertThat(of(AFTER).path("answered").asInt()).isEqualTo(3);
    assertThat(of(AFTER).path("failed").asInt()).isEqualTo(1);
    assertThat(of(AFTER).path("successRate").decimalValue()).isEqualByComparingTo("0.75");
    assertThat(of(AFTER).at("/milliseconds/sampleSize").asInt()).isEqualTo(3);
    assertThat(of(FIRST).path("sampleSize").asInt()).isEqualTo(2);
    assertThat(of(FIRST).at("/milliseconds/sampleSize").asInt()).isEqualTo(2);

    shop.advance(Duration.ofHours(2));
    assertThat(shop.bean("recovery", Recovery.class).dueRefunds()).isEqualTo(1);
    count();

    assertThat(of(FIRST).path("unanswered").asInt()).isEqualTo(1);
    assertThat(of(FIRST).path("successRate").decimalValue()).isEqualByComparingTo("0.6667");
    for (String service : List.of(AFTER, FIRST, UNSOLD)) {
      assertRecomputable(service);
    }
  }

  @Test
  @Order(4)
  @DisplayName("is made neither better nor worse by what nobody has paid for")
  void probes() throws Exception {
    count();
    List<JsonNode> before = List.of(of(AFTER), of(FIRST));
    ObjectNode demand = Shop.demand(shop.post("/api/tools/" + AFTER, ""));
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));

    for (String service : List.of(AFTER, FIRST)) {
      assertThat(shop.post("/api/tools/" + service, Shop.BODY).statusCode()).isEqualTo(402);
      assertThat(call(service, "no address").statusCode()).isEqualTo(400);
      assertThat(shop.post("/api/tools/" + service, "{}", "X-Payment-Token", "guess").statusCode())
          .isEqualTo(402);
    }
    // what the facilitator has not found to be good makes nobody look bad
    shop.facilitator().on("verify", FaultyFacilitator.answering(500, "out of order"));
    assertThat(
            shop.post("/api/tools/" + AFTER, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment))
                .statusCode())
        .isEqualTo(503);
    shop.facilitator().behave();
    count();

    assertThat(List.of(of(AFTER), of(FIRST))).isEqualTo(before);
  }

  @Test
  @Order(5)
  @DisplayName("follows a call that was paid back, however long ago it was answered")
  void paidBack() throws Exception {
    shop.advance(Duration.ofDays(5));
    count();
    TokenBuyer operator = new TokenBuyer(shop);
    String key =
        charges().stream()
            .filter(charge -> charge.path("service").asText().equals(FIRST))
            .filter(charge -> charge.path("state").asText().equals("settled"))
            .findFirst()
            .orElseThrow()
            .path("charge")
            .asText();

    assertThat(operator.manage("POST", "charges/" + key + "/refund", "{}").statusCode())
        .isEqualTo(200);
    count();

    assertThat(of(FIRST).path("answered").asInt()).isEqualTo(1);
    assertThat(of(FIRST).path("unanswered").asInt()).isEqualTo(2);
    assertRecomputable(FIRST);
  }

  @Test
  @Order(6)
  @DisplayName(
      "is a page without anything that runs for whoever asks for one, with the same figures")
  void page() throws Exception {
    HttpResponse<String> page = shop.get("/status.html");
    HttpResponse<String> browser =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.base().resolve("/status"))
                    .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(browser.body()).isEqualTo(page.body());
    assertThat(browser.headers().firstValue("Vary")).contains("Accept, Accept-Encoding");
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none';")
        .doesNotContain("unsafe");
    assertThat(page.body())
        .contains("33.33 %", of(AFTER).path("lastPaidCallAt").asText(), "A &lt;b&gt;shop")
        .doesNotContain("<b>")
        .doesNotContainPattern("<script|style=|<style|\\son\\w+=");
  }

  @ParameterizedTest
  @Order(7)
  @CsvSource({
    "'',false",
    "*/*,false",
    "text/html,true",
    "'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',true",
    "'application/json, text/html',false",
    "'text/html;q=0.9, application/json',false",
    "'application/json;q=0.5, text/html',true",
    "text/html;q=0,false",
    "TEXT/HTML,true",
    "'text/html;level=1;q=0.4',true",
    "text/html;q=x,true"
  })
  @DisplayName("is HTML for whoever names it and does not prefer JSON")
  void form(String accept, boolean html) {
    assertThat(ShowStatus.takesHtml(accept)).isEqualTo(html);
  }

  @Test
  @Order(8)
  @DisplayName("is told as fast for however long a header of what is taken")
  void longHeader() {
    String weights = "text/html;" + ";q=0".repeat(100_000) + "x";
    String blank = "text/html;" + "a".repeat(400_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThat(List.of(weights, blank))
                .allSatisfy(accept -> assertThat(ShowStatus.takesHtml(accept)).isTrue()));
  }
}
