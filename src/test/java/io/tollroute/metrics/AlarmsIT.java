package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.FreePorts;
import io.tollroute.testing.Shop;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The alarms with a real Prometheus, where one is installed, on a shop to which things happen. Its
 * rules are those that ship, with seconds for minutes.
 */
@DisplayName("The alarms")
class AlarmsIT {

  @TempDir private static Path folder;

  private Shop shop;
  private Process prometheus;
  private URI api;

  private static Optional<Path> program() {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .map(place -> Path.of(place, "prometheus"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @BeforeEach
  void open() throws Exception {
    assumeTrue(program().isPresent(), "Prometheus is not installed");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_RECONCILE_MS", "200",
                "TOLLROUTE_BREAKER", "on",
                "TOLLROUTE_BREAKER_CALLS", "6",
                "TOLLROUTE_BREAKER_OPEN_SECONDS", "1",
                "TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS", "1000",
                "TOLLROUTE_X402_FACILITATOR_GRACE_SECONDS", "1"));
    start(FreePorts.draw().port());
  }

  @AfterEach
  void close() throws Exception {
    if (prometheus != null) {
      prometheus.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    if (shop != null) {
      shop.close();
    }
  }

  private void start(int port) throws IOException {
    Path here = Files.createTempDirectory(folder, "prometheus");
    String rules =
        Files.readString(Queries.FOLDER.resolve("tollroute.rules.yaml"))
            .replaceAll("for: [0-9]+[mh]", "for: 2s")
            .replace("[5m]", "[10s]")
            .replace("[2m]", "[6s]")
            .replace("offset 5m", "offset 10s");
    Files.writeString(here.resolve("rules.yaml"), rules);
    Files.writeString(
        here.resolve("prometheus.yaml"),
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yaml]
        scrape_configs:
          - job_name: tollroute
            metrics_path: /observe/metrics
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(shop.management().getAuthority()));
    prometheus =
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "--config.file=" + here.resolve("prometheus.yaml"),
                "--storage.tsdb.path=" + here.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(here.resolve("prometheus.log").toFile())
            .start();
    api = URI.create("http://127.0.0.1:" + port + "/api/v1/alerts");
  }

  private List<String> ringing() throws Exception {
    HttpResponse<String> answer =
        shop.client()
            .send(HttpRequest.newBuilder(api).build(), HttpResponse.BodyHandlers.ofString());
    return Stream.of(Shop.json(answer).at("/data/alerts"))
        .flatMap(alerts -> alerts.findParents("state").stream())
        .filter(alert -> alert.path("state").asText().equals("firing"))
        .map(alert -> alert.at("/labels/alertname").asText())
        .toList();
  }

  private boolean isUp() throws Exception {
    try {
      return ringing().isEmpty();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Does something again and again until these alarms ring. */
  private void until(Callable<?> work, String... alarms) throws Exception {
    Shop.await(
        () -> {
          work.call();
          return ringing().containsAll(List.of(alarms));
        });
  }

  /** Sells until nothing rings any more. */
  private void untilQuiet() throws Exception {
    Shop.await(
        () -> {
          shop.buy(shop.signature());
          return ringing().isEmpty();
        });
  }

  @Test
  @DisplayName("ring while the facilitator is away, and are quiet when it is back")
  void facilitator() throws Exception {
    Shop.await(this::isUp);
    shop.facilitator().keepNoConnections();
    String signature = shop.signature();
    shop.facilitator().goAway();

    until(
        () -> shop.post(Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE", signature),
        "TollrouteFacilitatorAway",
        "TollrouteCannotSell",
        "TollrouteUpstreamKeptBack");
    assertThat(ringing()).doesNotContain("TollrouteAway", "TollrouteLedgerFails");

    shop.facilitator().comeBack();
    shop.awaitReady();
    untilQuiet();
  }

  @Test
  @DisplayName("ring while a provider is out of order, and are quiet when it works again")
  void provider() throws Exception {
    Shop.await(this::isUp);

    until(
        () -> shop.buy(shop.signature(), Shop.magic("/sandbox/outage/status-503")),
        "TollrouteProviderFails",
        "TollrouteUpstreamKeptBack");
    assertThat(ringing()).doesNotContain("TollrouteFacilitatorAway", "TollrouteCannotSell");

    untilQuiet();
  }

  @Test
  @DisplayName("ring when nobody knows whether money moved, and are quiet when it is known")
  void undecided() throws Exception {
    Shop.await(this::isUp);
    shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());

    until(() -> shop.buy(shop.signature()), "TollrouteSettlementsUnknown");
    shop.advance(Duration.ofSeconds(700));
    until(() -> "", "TollrouteUndecided");
    assertThat(ringing()).doesNotContain("TollrouteCannotSell", "TollrouteProviderFails");

    shop.facilitator().behave();
    shop.advance(Duration.ofSeconds(700));
    untilQuiet();
  }

  @Test
  @DisplayName("ring when no process answers")
  void away() throws Exception {
    Shop.await(this::isUp);
    Shop gone = shop;
    shop.application().close();

    until(() -> "", "TollrouteAway");

    assertThat(ringing()).contains("TollrouteAway");
    gone.facilitator().close();
    shop = null;
  }
}
