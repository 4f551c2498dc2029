package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is told of how well services do")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QualityTest {

  private static final String SOLD = "sold";
  private static final String UNSOLD = "unsold";
  private static final String CATALOGUE = "/api/catalog";
  private static final String PAGE = "/services/sold/llms.txt";
  private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

  @TempDir private static Path folder;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write(SOLD, "0.20");
    services.write(UNSOLD, "0.20");
    shop =
        Shop.open(
            Map.of("TOLLROUTE_SERVICES", folder.toString()), Clock.fixed(NOON, ZoneOffset.UTC));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** As the clock does every minute. */
  private static void count() {
    shop.bean("trackRecord", TrackRecord.class).refresh();
  }

  private static HttpResponse<String> call(String image) throws Exception {
    ObjectNode demand = Shop.demand(shop.post("/api/tools/" + SOLD, ""));
    return shop.post(
        "/api/tools/" + SOLD,
        Shop.magic(image),
        "PAYMENT-SIGNATURE",
        Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0"))));
  }

  private static JsonNode found(String id) throws Exception {
    return Shop.json(shop.get("/api/catalog/search?q=" + id)).at("/services/0");
  }

  private static JsonNode listed(String id) throws Exception {
    return Shop.json(shop.get(CATALOGUE))
        .path("services")
        .valueStream()
        .filter(entry -> entry.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String tag(String path) throws Exception {
    return shop.get(path).headers().firstValue("ETag").orElseThrow();
  }

  private static int statusFor(String path, String tag) throws Exception {
    return shop.client()
        .send(
            HttpRequest.newBuilder(shop.base().resolve(path)).header("If-None-Match", tag).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  @Order(1)
  @DisplayName("is nothing where nothing was sold, nor where all that was tried has failed")
  void nothing() throws Exception {
    HttpResponse<String> failed = call("/sandbox/error/InternalError");
    count();

    assertThat(failed.statusCode()).as(failed.body()).isGreaterThanOrEqualTo(500);
    assertThat(found(SOLD).path("id").asText()).isEqualTo(SOLD);
    assertThat(found(SOLD).has("quality")).isFalse();
    assertThat(listed(SOLD).has("quality")).isFalse();
    assertThat(shop.get(PAGE).body()).doesNotContain("Answered and paid");
  }

  @Test
  @Order(2)
  @DisplayName(
      "is how many calls were answered and paid, by signature and by token, and when the last was:"
          + " the same in the search, the catalogue and the service's page")
  void told() throws Exception {
    assertThat(call("/a.jpg").statusCode()).isEqualTo(200);
    assertThat(call("/b.jpg").statusCode()).isEqualTo(200);
    shop.advance(Duration.ofMinutes(5));
    TokenBuyer buyer = new TokenBuyer(shop);
    assertThat(buyer.use(buyer.paid(SOLD, 3), "/api/tools/" + SOLD, Shop.BODY).statusCode())
        .isEqualTo(200);
    count();

    JsonNode quality = found(SOLD).path("quality");
    assertThat(quality)
        .isEqualTo(
            Shop.json(
                "{\"successCount\":3,\"lastCallAt\":\"2026-05-04T12:05:00Z\","
                    + "\"sampleSize\":3,\"sampleDays\":30}"));
    assertThat(listed(SOLD)).isEqualTo(found(SOLD));
    assertThat(shop.get(PAGE).body())
        .contains("Answered and paid in the last 30 days: 3, the last at 2026-05-04T12:05:00Z");
    assertThat(listed(UNSOLD).has("quality")).isFalse();
  }

  @Test
  @Order(3)
  @DisplayName(
      "leaves validators as they are until a figure changes, and then changes those of the"
          + " documents that tell it, and no others")
  void validators() throws Exception {
    List<String> others = List.of("/openapi.json", "/api/services", "/llms.txt");
    String catalogue = tag(CATALOGUE);
    String page = tag(PAGE);
    String audit = tag("/api/discovery/audit");
    List<String> before = List.of(tag(others.get(0)), tag(others.get(1)), tag(others.get(2)));
    count();
    assertThat(statusFor(CATALOGUE, catalogue)).isEqualTo(304);
    assertThat(statusFor(PAGE, page)).isEqualTo(304);

    assertThat(call("/c.jpg").statusCode()).isEqualTo(200);
    assertThat(statusFor(CATALOGUE, catalogue)).as("nobody has counted yet").isEqualTo(304);
    count();

    assertThat(statusFor(CATALOGUE, catalogue)).isEqualTo(200);
    assertThat(statusFor(PAGE, page)).isEqualTo(200);
    assertThat(statusFor("/api/discovery/audit", audit)).isEqualTo(200);
    assertThat(shop.get("/api/discovery/audit").body())
        .contains(tag(CATALOGUE).replace("\"", "\\\""));
    for (int i = 0; i < before.size(); i++) {
      assertThat(statusFor(others.get(i), before.get(i))).as(others.get(i)).isEqualTo(304);
    }
    assertThat(listed(SOLD).at("/quality/sampleSize").asInt()).isEqualTo(4);
  }

  @Test
  @Order(4)
  @DisplayName("is forgotten when it is thirty days old")
  void forgotten() throws Exception {
    shop.advance(Duration.ofDays(29));
    count();
    assertThat(found(SOLD).at("/quality/sampleSize").asInt()).isEqualTo(4);

    shop.advance(Duration.ofDays(1));
    count();
    assertThat(found(SOLD).has("quality")).isFalse();
    assertThat(listed(SOLD).has("quality")).isFalse();
  }
}
