package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.ledger.sql.LedgerHealth;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.SmallDisk;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the readiness probe says while nothing can be sold, though nobody calls. */
@Timeout(120)
class ReadinessIT {

  /** More than between two of our own writes. */
  private static final Duration A_WHILE = Duration.ofSeconds(11);

  private static final String POLL = "TOLLROUTE_X402_FACILITATOR_SUPPORTED_POLL_MS";
  private static final String GRACE = "TOLLROUTE_X402_FACILITATOR_GRACE_SECONDS";

  @TempDir private Path folder;

  @Test
  @DisplayName("it is down when the facilitator is away for longer than its grace, then heals")
  void facilitator() throws Exception {
    try (Shop shop = Shop.open(Map.of(POLL, "1000", GRACE, "30"))) {
      shop.facilitator().on("supported", FaultyFacilitator.hangingUp());
      int asked = shop.facilitator().calls("supported");
      Shop.await(() -> shop.facilitator().calls("supported") > asked);
      assertThat(shop.isReady()).as("within its grace").isTrue();

      shop.advance(Duration.ofSeconds(31));

      assertDown(shop, "the facilitator has not answered for longer than its grace");
      assertThat(shop.post(Shop.SERVICE, "").statusCode()).isEqualTo(402);
      shop.facilitator().behave();
      shop.awaitReady();
      assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("it is down while the PostgreSQL server is away, and up when it is back")
  void server() throws Exception {
    try (PostgresServer server = PostgresServer.own();
        Shop shop = Shop.open(PostgresServer.settings(server.freshDatabase()))) {
      server.stop();
      try {
        shop.advance(A_WHILE);
        assertDown(shop, "the ledger cannot be written: its server cannot be reached");
      } finally {
        server.start();
      }
      shop.awaitReady();
      assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("it is down as long as the disk of the PostgreSQL server is full, and then up")
  void serversDisk() throws Exception {
    Optional<SmallDisk> small = SmallDisk.mount(folder.resolve("small"), 32);
    if (small.isEmpty()) {
      // a machine that lets nobody mount; the crash tests have the server say that it is full
      return;
    }
    try (SmallDisk disk = small.get();
        PostgresServer server = PostgresServer.own();
        Shop shop = Shop.open(PostgresServer.settings(server.freshDatabaseOn(disk.folder())))) {
      disk.fill(0);
      HttpResponse<String> answer = shop.buy(shop.signature());
      for (int i = 0; i < 200 && answer.statusCode() == 200; i++) {
        answer = shop.buy(shop.signature());
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);

      String full = "the ledger cannot be written: the disk is full";
      assertDown(shop, full);
      // some of our own writes later, which need little room
      shop.bean("ledgerHealth", LedgerHealth.class).look();
      shop.bean("ledgerHealth", LedgerHealth.class).look();
      assertDown(shop, full);

      disk.free();
      shop.awaitReady();
      assertThat(shop.buy(shop.signature()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("it is down while the SQLite file is not where it was, and nothing is sold")
  void file() throws Exception {
    Path ledger = folder.resolve("ledger.db");
    try (Shop shop = Shop.open(Map.of("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + ledger))) {
      String early = shop.signature();
      Path elsewhere = Files.move(ledger, folder.resolve("moved.db"));
      shop.advance(A_WHILE);

      assertDown(shop, "the ledger cannot be written: it was removed or replaced");

      Files.copy(elsewhere, ledger);
      HttpResponse<String> refused = shop.buy(early);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(Shop.json(refused).path("charged").asText()).isEqualTo("no");
      Files.delete(ledger);
      Files.move(elsewhere, ledger);
      shop.awaitReady();
      assertThat(shop.buy(early).statusCode()).isEqualTo(200);
    }
  }

  private static void assertDown(Shop shop, String words) throws Exception {
    Shop.await(() -> !shop.isReady());
    HttpResponse<String> ready = probe(shop, "ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains(words).doesNotContain("jdbc:").doesNotContain("Exception");
    assertThat(probe(shop, "live").statusCode()).as("nobody kills it for that").isEqualTo(200);
  }

  private static HttpResponse<String> probe(Shop shop, String kind)
      throws IOException, InterruptedException {
    return shop.client()
        .send(
            HttpRequest.newBuilder(shop.management().resolve("/observe/health/" + kind)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
