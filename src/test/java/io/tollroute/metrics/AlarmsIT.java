package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
  private Prometheus prometheus;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Prometheus.program().isPresent(), "Prometheus is not installed");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_RECONCILE_MS", "200",
                "TOLLROUTE_BREAKER", "on",
                "TOLLROUTE_BREAKER_CALLS", "6",
                "TOLLROUTE_BREAKER_OPEN_SECONDS", "1",
                "TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS", "1000",
                "TOLLROUTE_X402_FACILITATOR_GRACE_SECONDS", "1"));
    prometheus = Prometheus.watching(shop.management(), folder);
  }

  @AfterEach
  void close() throws Exception {
    if (prometheus != null) {
      prometheus.close();
    }
    if (shop != null) {
      shop.close();
    }
  }

  private List<String> ringing() throws Exception {
    return prometheus.ringing();
  }

  private boolean isUp() throws Exception {
    return prometheus.isQuiet();
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
