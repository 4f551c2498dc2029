package io.tollroute.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("A probe of a service")
class ProbeTest {

  private static final String WORKS = "works";
  private static final String FAILS = "fails";
  private static final String OTHER = "other";

  @TempDir private static Path folder;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    for (String service : new String[] {WORKS, FAILS, OTHER}) {
      services.write(service, "0.20");
    }
    Path fails = folder.resolve(FAILS + ".yaml");
    Files.writeString(
        fails,
        Files.readString(fails)
            .replace(
                "https://example.com/image.jpg",
                "https://images.example.com/sandbox/error/InternalError"));
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES",
                folder.toString(),
                "TOLLROUTE_PROBE",
                WORKS + ", " + FAILS,
                "TOLLROUTE_PROBE_EVERY_SECONDS",
                "600"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  /** As the clock does, which may have been faster. */
  private static void probe() throws Exception {
    shop.bean("probeServices", ProbeServices.class).run();
    Shop.await(() -> of(WORKS).has("lastProbe") && of(FAILS).has("lastProbe"));
  }

  private static JsonNode of(String service) throws Exception {
    shop.bean("trackRecord", TrackRecord.class).refresh();
    return Shop.json(shop.get("/status"))
        .path("services")
        .valueStream()
        .filter(entry -> entry.path("id").asText().equals(service))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Order(1)
  @DisplayName("is told beside the sales, of which it is none, and only where one is wanted")
  void told() throws Exception {
    Books before = shop.takeStock();

    probe();

    assertThat(of(WORKS).at("/lastProbe/outcome").asText()).isEqualTo("answered");
    assertThat(of(WORKS).at("/lastProbe/milliseconds").isIntegralNumber()).isTrue();
    assertThat(of(FAILS).at("/lastProbe/outcome").asText()).startsWith("provider_");
    assertThat(of(OTHER).has("lastProbe")).isFalse();
    for (String service : new String[] {WORKS, FAILS}) {
      assertThat(of(service).path("sampleSize").asLong(-1)).as(service).isZero();
      assertThat(of(service).has("successRate")).isFalse();
      assertThat(of(service).has("lastPaidCallAt")).isFalse();
      assertThat(of(service).has("milliseconds")).isFalse();
    }
    assertThat(shop.get("/status.html").body()).contains("answered, 20");
    assertThat(shop.since(before).settled()).isZero();
    assertThat(shop.since(before).verified()).isZero();
  }

  @Test
  @Order(2)
  @DisplayName("brings no money into the books, and stands there by the provider of its token")
  void books() throws Exception {
    TokenBuyer operator = new TokenBuyer(shop);

    JsonNode charges = Shop.json(operator.manage("GET", "charges", "")).path("charges");
    JsonNode totals = Shop.json(operator.manage("GET", "totals", ""));

    assertThat(charges).isNotEmpty();
    for (JsonNode charge : charges) {
      assertThat(charge.path("kind").asText()).isEqualTo("use");
      assertThat(charge.path("paymentId").asText()).startsWith("probe_");
      assertThat(charge.path("cents").asDouble(-1)).isZero();
    }
    assertThat(totals.toString()).doesNotContainPattern("\"received[A-Za-z]*\":[1-9]");
  }

  @Test
  @Order(3)
  @DisplayName("is counted with the operator's own purchases, and with no buyer's")
  void counted() throws Exception {
    HttpResponse<String> metrics =
        shop.client()
            .send(
                HttpRequest.newBuilder(shop.management().resolve("/observe/metrics")).build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(metrics.body())
        .contains("tollroute_own_calls_total{outcome=\"sold\",service=\"works\"} 1.0")
        .doesNotContain("tollroute_calls_total{");
    assertThat(metrics.body().lines().filter(line -> line.startsWith("tollroute_income_total{")))
        .isNotEmpty()
        .allMatch(line -> line.endsWith(" 0.0"));
  }

  @Test
  @Order(4)
  @DisplayName("is made again after the pause, and not before")
  void again() throws Exception {
    Books before = shop.takeStock();
    probe();
    assertThat(shop.since(before).upstream()).isZero();

    shop.advance(Duration.ofSeconds(601));
    shop.bean("probeServices", ProbeServices.class).run();

    Shop.await(() -> shop.since(before).upstream() >= 2);
    String first = of(WORKS).at("/lastProbe/at").asText();
    probe();
    assertThat(of(WORKS).at("/lastProbe/at").asText()).isEqualTo(first);
  }

  @Test
  @Order(5)
  @DisplayName("of what is not sold, or is a job, stops the start")
  void refused() throws Exception {
    assertThatThrownBy(() -> Shop.open(Map.of("TOLLROUTE_PROBE", "nothing")).close())
        .isInstanceOf(SettingsFault.class)
        .hasMessageContaining("tollroute.probe: no service on sale has the id nothing");
  }
}
