package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Line;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody whom the shop needs is killed for 20 seconds while it sells, with the alarms of a real
 * Prometheus where one is installed. Nobody buys less for it, and nobody pays twice.
 */
@DisplayName("While it is away for 20 seconds under load")
class OutageIT {

  private static final int BUYERS = 4;
  private static final int AWAY_MILLIS = 20_000;
  private static final int SALES = 20;

  @TempDir private static Path folder;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicInteger sold = new AtomicInteger();
  private final AtomicInteger soldAway = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();

  /** What buyers were told who may send the same payment again. */
  private final Queue<String> again = new ConcurrentLinkedQueue<>();

  /** What they were told who may not. */
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();

  enum Victim {
    FACILITATOR("facilitator_unavailable", "TollrouteFacilitatorAway"),
    PROVIDER("provider_", "TollrouteProviderFails"),
    DATABASE("ledger_unavailable", "TollrouteLedgerFails");

    private final String word;
    private final String alarm;

    Victim(String word, String alarm) {
      this.word = word;
      this.alarm = alarm;
    }
  }

  private record Scene(Shop shop, Line provider, PostgresServer database) {

    void kill(Victim victim) throws Exception {
      switch (victim) {
        case FACILITATOR -> shop.facilitator().goAway();
        case PROVIDER -> provider.cut();
        case DATABASE -> database.stop();
      }
    }

    void bringBack(Victim victim) throws Exception {
      switch (victim) {
        case FACILITATOR -> shop.facilitator().comeBack();
        case PROVIDER -> provider.mend();
        case DATABASE -> database.start();
      }
    }
  }

  private static Map<String, String> settings(URI provider, String database) {
    Map<String, String> settings = new HashMap<>(PostgresServer.settings(database));
    settings.put("TOLLROUTE_RECONCILE_MS", "200");
    settings.put("TOLLROUTE_BREAKER", "on");
    settings.put("TOLLROUTE_BREAKER_CALLS", "6");
    settings.put("TOLLROUTE_BREAKER_OPEN_SECONDS", "1");
    settings.put("TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS", "1000");
    settings.put("TOLLROUTE_X402_FACILITATOR_GRACE_SECONDS", "1");
    settings.put("TOLLROUTE_ALIBABA_ENDPOINT", provider + "/sandbox/alibaba");
    return settings;
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Victim.class)
  @DisplayName("nothing is sold, the price is told, the alarm rings, and all goes on by itself")
  void killed(Victim victim) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (PostgresServer database = PostgresServer.own();
        Line provider = new Line();
        Shop shop = Shop.open(settings(provider.uri(), database.ledgerDatabase()))) {
      provider.leadTo(shop.base().getPort());
      shop.facilitator().keepNoConnections();
      Optional<Prometheus> watch =
          Prometheus.program().isPresent()
              ? Optional.of(Prometheus.watching(shop.management(), folder))
              : Optional.empty();
      try {
        Scene scene = new Scene(shop, provider, database);
        Books before = shop.takeStock();
        List<CompletableFuture<Void>> buyers = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
          buyers.add(CompletableFuture.runAsync(() -> buyUntilTheEnd(shop), threads));
        }
        Shop.await(() -> sold.get() >= SALES && quiet(watch));
        again.clear();

        Set<String> rung = killFor20Seconds(scene, victim, watch);
        int told = again.size();
        int soldThen = sold.get();

        Shop.await(() -> sold.get() >= soldThen + SALES && quiet(watch));
        over.set(true);
        for (CompletableFuture<Void> buyer : buyers) {
          buyer.join();
        }
        Shop.await(() -> shop.isReady());
        assertThat(lost).isEmpty();
        assertThat(told).as("sent away meanwhile").isPositive();
        assertThat(again).anyMatch(words -> words.startsWith(victim.word));
        assertThat(soldAway.get()).as("sold while it was away").isZero();
        if (watch.isPresent()) {
          assertThat(rung).contains(victim.alarm);
        }
        Shop.await(() -> shop.since(before).settled() == sold.get());
        assertThat(shop.since(before).settled()).as("charged").isEqualTo(sold.get());
      } finally {
        over.set(true);
        if (watch.isPresent()) {
          watch.get().close();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean quiet(Optional<Prometheus> watch) throws Exception {
    return watch.isEmpty() || watch.get().isQuiet();
  }

  /** Returns the alarms that rang meanwhile. */
  private Set<String> killFor20Seconds(Scene scene, Victim victim, Optional<Prometheus> watch)
      throws Exception {
    Set<String> rung = new HashSet<>();
    scene.kill(victim);
    // what had been given before it went is given
    Thread.sleep(AWAY_MILLIS / 10);
    away.set(true);
    for (int i = 0; i < 9; i++) {
      Thread.sleep(AWAY_MILLIS / 10);
      if (watch.isPresent()) {
        rung.addAll(watch.get().ringing());
      }
      assertThat(scene.shop().post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
    }
    away.set(false);
    scene.bringBack(victim);
    return rung;
  }

  private void buyUntilTheEnd(Shop shop) {
    try {
      JsonNode demand = Shop.demand(shop.post(Shop.SERVICE, ""));
      while (!over.get()) {
        String body = Shop.magic("/outage-" + numbers.incrementAndGet() + ".jpg");
        String signature = Shop.encode(shop.wallet().sign(demand, demand.at("/accepts/0")));
        while (!buys(shop, signature, body)) {
          Thread.sleep(200);
        }
        Thread.sleep(50);
      }
    } catch (Exception e) {
      lost.add(e.toString());
    }
  }

  /** Whether the purchase has come to its end. */
  private boolean buys(Shop shop, String signature, String body) throws Exception {
    boolean gone = away.get();
    HttpResponse<String> answer = shop.buy(signature, body);
    if (answer.statusCode() == 200) {
      sold.incrementAndGet();
      if (gone && away.get()) {
        soldAway.incrementAndGet();
      }
      return true;
    }
    JsonNode said = Shop.json(answer);
    if (!said.path("retryable").asBoolean(false)) {
      lost.add(answer.statusCode() + " " + answer.body());
      return true;
    }
    again.add(said.path("error").asText() + " " + said.path("reason").asText());
    return false;
  }
}
