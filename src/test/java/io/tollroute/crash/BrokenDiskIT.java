package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The SQLite ledger cannot be written or read at one step of a call, and then it can again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenDiskIT {

  private SqliteFile ledger;
  private CrashShop shop;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    ledger = new SqliteFile(folder.resolve("ledger.db"));
    shop = new CrashShop(new Distribution(), folder, ledger);
    shop.learn();
    shop.open();
  }

  @AfterAll
  void close() throws Exception {
    shop.close();
  }

  private record Outcome(HttpResponse<String> broken, int calls, int settled, Tries buyer) {

    JsonNode body() throws Exception {
      return Shop.json(broken);
    }
  }

  /** Buys while one step of the ledger fails. */
  private Outcome buyWithout(String step) throws Exception {
    StrictStandIns standIns = shop.standIns();
    Purchase purchase = new Purchase("https://images.example.com/disk-" + step + ".jpg");
    Tries buyer = shop.tries(purchase, shop.signature());
    int settled = standIns.settled();
    shop.rules().breakDisk(step);
    HttpResponse<String> answer = buyer.once();
    shop.rules().mendDisk(step);
    return new Outcome(
        answer, standIns.upstreamCalls(purchase.image()), standIns.settled() - settled, buyer);
  }

  @Test
  @DisplayName("a claim that cannot be written is 503: no work, no money, and free again")
  void claim() throws Exception {
    Outcome outcome = buyWithout("claim");

    assertThat(outcome.broken().statusCode()).as(outcome.broken().body()).isEqualTo(503);
    assertThat(outcome.body().path("error").asText()).isEqualTo("ledger_unavailable");
    assertThat(outcome.body().path("charged").asText()).isEqualTo("no");
    assertThat(outcome.broken().headers().firstValue("Retry-After")).isPresent();
    assertThat(outcome.calls()).isZero();
    assertThat(outcome.settled()).isZero();
    assertThat(outcome.buyer().untilItEnds().statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("an answer that cannot be kept is 503 and not charged; the payment is good")
  void store() throws Exception {
    Outcome outcome = buyWithout("keep");

    assertThat(outcome.broken().statusCode()).as(outcome.broken().body()).isEqualTo(503);
    assertThat(outcome.body().path("error").asText()).isEqualTo("ledger_unavailable");
    assertThat(outcome.body().path("charged").asText()).isEqualTo("no");
    assertThat(outcome.calls()).isEqualTo(1);
    assertThat(outcome.settled()).isZero();
    int settled = shop.standIns().settled();
    assertThat(outcome.buyer().untilItEnds().statusCode()).isEqualTo(200);
    assertThat(shop.standIns().settled() - settled).isEqualTo(1);
  }

  @Test
  @DisplayName("a settlement that cannot be recorded is 503 unknown, and then the answer")
  void mark() throws Exception {
    Outcome outcome = buyWithout("settled");

    assertThat(outcome.broken().statusCode()).as(outcome.broken().body()).isEqualTo(503);
    assertThat(outcome.body().path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(outcome.body().path("charged").asText()).isEqualTo("unknown");
    assertThat(outcome.calls()).isEqualTo(1);
    assertThat(outcome.settled()).isEqualTo(1);
    int settled = shop.standIns().settled();
    int calls = shop.standIns().upstreamCalls();
    assertThat(outcome.buyer().untilItEnds().statusCode()).isEqualTo(200);
    assertThat(shop.standIns().settled()).isEqualTo(settled);
    assertThat(shop.standIns().upstreamCalls()).isEqualTo(calls);
  }

  @Test
  @DisplayName("a use of a token that cannot be written down is given back and good again")
  void spend() throws Exception {
    CrashShop.Token token = shop.token();
    Purchase purchase = new Purchase("https://images.example.com/disk-spend.jpg");
    Tries buyer = shop.tries(purchase, token);
    shop.rules().breakDisk("spend");
    HttpResponse<String> broken = buyer.once();
    shop.rules().mendDisk("spend");

    assertThat(broken.statusCode()).as(broken.body()).isEqualTo(503);
    assertThat(Shop.json(broken).path("error").asText()).isEqualTo("ledger_unavailable");
    assertThat(Shop.json(broken).path("charged").asText()).isEqualTo("no");
    assertThat(ledger.uses(token.payment())).isZero();
    HttpResponse<String> answer = buyer.untilItEnds();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(ledger.uses(token.payment())).isEqualTo(1);
  }

  @Test
  @DisplayName("a kept answer that cannot be read is 503, and read when the disk is mended")
  void read() throws Exception {
    Purchase purchase = new Purchase("https://images.example.com/disk-read.jpg");
    Tries buyer = shop.tries(purchase, shop.signature());
    HttpResponse<String> first = buyer.once();
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    int settled = shop.standIns().settled();

    shop.rules().breakDisk("read");
    HttpResponse<String> broken = buyer.once();
    shop.rules().mendDisk("read");

    assertThat(broken.statusCode()).as(broken.body()).isEqualTo(503);
    assertThat(Shop.json(broken).path("error").asText()).isEqualTo("ledger_unavailable");
    assertThat(buyer.untilItEnds().body()).isEqualTo(first.body());
    assertThat(shop.standIns().settled()).isEqualTo(settled);
    assertThat(shop.standIns().upstreamCalls(purchase.image())).isEqualTo(1);
  }

  @Test
  @DisplayName("when the disk is full calls end in 503, and all of them in an answer afterwards")
  void full(@TempDir Path folder) throws Exception {
    SqliteFile file = new SqliteFile(folder.resolve("ledger.db"));
    try (CrashShop small = new CrashShop(new Distribution(), folder, file)) {
      small.openWithFilesUpTo(2 << 20);
      List<Tries> refused = new ArrayList<>();
      int purchases = 0;
      while (refused.size() < 5) {
        assertThat(purchases).as("purchases on a disk that was never full").isLessThan(1000);
        purchases++;
        Purchase purchase = new Purchase("https://images.example.com/full-" + purchases + ".jpg");
        Tries buyer = small.tries(purchase, small.signature());
        int settled = small.standIns().settled();
        HttpResponse<String> answer = buyer.once();
        if (answer.statusCode() != 200) {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
          // "no" is a promise: where the answer could not be kept and the claim not be given back
          // either, nobody promises anything, though nothing has moved
          assertThat(Shop.json(answer).path("charged").asText())
              .isIn(small.standIns().settled() == settled ? "no" : "unknown", "unknown");
          refused.add(buyer);
        }
      }
      small.kill();

      small.open();
      for (Tries buyer : refused) {
        HttpResponse<String> answer = buyer.untilItEnds();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
      small.kill();

      assertThat(small.standIns().settled()).isEqualTo(purchases);
      assertThat(file.states().values()).hasSize(purchases).containsOnly("SETTLED");
    }
  }
}
