package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product wakes up with a ledger that is older than what has happened. */
class BackupIT {

  @TempDir private Path folder;

  @Test
  @DisplayName("after a restore of an old backup nothing is charged or done a second time")
  void restored() throws Exception {
    SqliteFile ledger = new SqliteFile(folder.resolve("ledger.db"));
    try (CrashShop shop = new CrashShop(new Distribution(), folder, ledger)) {
      shop.learn();
      shop.open();
      Purchase early = new Purchase("https://images.example.com/early.jpg");
      Tries buyerOfEarly = shop.tries(early, shop.signature());
      shop.dieAt(Point.KEPT, buyerOfEarly);
      Path backup = ledger.copy();

      shop.open();
      HttpResponse<String> answer = buyerOfEarly.untilItEnds();
      Purchase late = new Purchase("https://images.example.com/late.jpg");
      String latePayment = shop.signature();
      assertThat(shop.tries(late, latePayment).once().statusCode()).isEqualTo(200);
      shop.kill();
      ledger.restore(backup);
      shop.open();

      // its charge is in doubt again; the identical settlement moves nothing more
      assertThat(buyerOfEarly.untilItEnds().body()).isEqualTo(answer.body());
      // its charge is not known any more; the facilitator knows the nonce
      for (Purchase again :
          new Purchase[] {late, new Purchase("https://images.example.com/o.jpg")}) {
        HttpResponse<String> refused = shop.tries(again, latePayment).untilItEnds();
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
        assertThat(Shop.json(refused).path("error").asText()).isEqualTo("payment_refused");
      }
      assertThat(shop.standIns().upstreamCalls()).isEqualTo(2);
      assertThat(shop.standIns().settled()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("charges in flight outlive the migration from the first schema")
  void migrated() throws Exception {
    SqliteFile ledger = new SqliteFile(folder.resolve("ledger.db"));
    try (CrashShop shop = new CrashShop(new Distribution(), folder, ledger)) {
      shop.learn();
      shop.open();
      Tries kept =
          shop.tries(new Purchase("https://images.example.com/kept.jpg"), shop.signature());
      Tries sold =
          shop.tries(new Purchase("https://images.example.com/sold.jpg"), shop.signature());
      HttpResponse<String> answer = sold.once();
      shop.dieAt(Point.MOVED, kept);
      ledger.goBackToFirstSchema();
      assertThat(ledger.states().values()).containsExactlyInAnyOrder("SETTLING", "SETTLED");

      shop.open();

      assertThat(kept.untilItEnds().statusCode()).isEqualTo(200);
      assertThat(sold.untilItEnds().body()).isEqualTo(answer.body());
      assertThat(shop.standIns().settled()).isEqualTo(2);
      assertThat(shop.standIns().upstreamCalls()).isEqualTo(2);
      shop.kill();
      assertThat(ledger.states().values()).containsOnly("SETTLED");
    }
  }
}
