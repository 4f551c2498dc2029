package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.crash.Buyers.Sale;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.crash.CrashShop.Ran;
import io.tollroute.crash.CrashShop.Token;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is taken while 50 buyers buy, and another machine goes on with it. */
class LiveBackupIT {

  @TempDir private Path folder;

  private final Buyers buyers = new Buyers(50);
  private final List<CrashShop> shops = new ArrayList<>();

  private Distribution distribution;
  private StrictStandIns standIns;
  private ChainNode node;

  @BeforeEach
  void open() throws Exception {
    distribution = new Distribution();
    standIns = new StrictStandIns(Clock.systemUTC());
    node = new ChainNode();
  }

  @AfterEach
  void close() throws Exception {
    buyers.close();
    node.close();
    for (CrashShop shop : shops) {
      shop.close();
    }
    standIns.close();
  }

  private CrashShop opened(String name) throws Exception {
    CrashShop shop = shop(name);
    shop.learn();
    shop.open();
    return shop;
  }

  private CrashShop shop(String name) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    CrashShop shop =
        new CrashShop(distribution, own, new SqliteFile(own.resolve("ledger.db")), standIns);
    shop.set("TOLLROUTE_MANAGEMENT_TOKEN", "the-operators-own-token");
    shop.set("TOLLROUTE_LIMITS", "off");
    shops.add(shop);
    return shop;
  }

  @Test
  @DisplayName("nothing is missing up to the backup, and no payment of later buys a second time")
  void restoredElsewhere() throws Exception {
    Path backup = folder.resolve("backup.db");
    CrashShop shop = opened("here");
    Token token = shop.token();
    Purchase purchase = new Purchase("https://images.example.com/with-a-token.jpg");
    String withToken = shop.tries(purchase, token).once().body();
    buyers.goTo(shop);
    buyers.awaitSales(shop, 100);
    List<Sale> before = buyers.sales();

    Ran made = shop.run("backup", backup.toString());

    assertThat(made.code()).as(made.printed()).isZero();
    int begun = buyers.begun();
    buyers.awaitSales(shop, 100);
    buyers.stop();
    assertThat(buyers.failures()).as("calls that the backup cost").isEmpty();
    List<Sale> later = buyers.sales().stream().filter(sale -> sale.number() > begun).toList();
    shop.kill();

    CrashShop restored = restored(backup);
    for (Sale sale : before) {
      assertThat(again(restored, sale).body()).isEqualTo(sale.answer());
    }
    assertThat(restored.tries(purchase, token).once().body()).isEqualTo(withToken);
    assertNothingSoldTwice(restored, later);
    node.knows(List.of(), now(), false);
    HttpResponse<String> fresh =
        restored
            .tries(new Purchase("https://images.example.com/new.jpg"), restored.signature())
            .once();
    assertThat(fresh.statusCode()).as(fresh.body()).isEqualTo(200);
  }

  private static long now() {
    return Clock.systemUTC().instant().getEpochSecond();
  }

  private static HttpResponse<String> again(CrashShop shop, Sale sale) throws Exception {
    return shop.tries(sale.purchase(), sale.signature()).once();
  }

  /** Another folder, and a node that says of every authorization that it is used up. */
  private CrashShop restored(Path backup) throws Exception {
    CrashShop shop = shop("there");
    shop.set("TOLLROUTE_X402_RPC_URL", node.url());
    Ran done = shop.run("restore", backup.toString());
    assertThat(done.code()).as(done.printed()).isZero();
    assertThat(done.printed()).contains("reconcile --since");
    node.knows(List.of(), now(), true);
    shop.open();
    return shop;
  }

  private void assertNothingSoldTwice(CrashShop shop, List<Sale> later) throws Exception {
    int settled = standIns.settled();
    int worked = standIns.upstreamCalls();
    assertThat(later).isNotEmpty();
    for (Sale sale : later) {
      HttpResponse<String> answer = again(shop, sale);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
      assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("used_before_restore");
    }
    assertThat(standIns.settled()).isEqualTo(settled);
    assertThat(standIns.upstreamCalls()).isEqualTo(worked);
  }

  @Test
  @DisplayName("without a node nothing begins until no payment of before can be good any more")
  void withoutNode() throws Exception {
    Path backup = folder.resolve("backup.db");
    Purchase purchase = new Purchase("https://images.example.com/early.jpg");
    CrashShop shop = opened("here");
    Ran made = shop.run("backup", backup.toString());
    assertThat(made.code()).as(made.printed()).isZero();
    String signature = shop.signature(CrashShop.PAID_FIRST);
    assertThat(shop.tries(CrashShop.PAID_FIRST, purchase.body(), signature).once().statusCode())
        .isEqualTo(200);
    Token token = shop.token();
    shop.kill();
    int settled = standIns.settled();

    Ran restored = shop.run("restore", backup.toString(), "--replace");
    assertThat(restored.code()).as(restored.printed()).isZero();
    shop.open();

    // this facilitator says of a settlement that is sent again that it has settled it
    HttpResponse<String> again =
        shop.tries(CrashShop.PAID_FIRST, purchase.body(), signature).once();
    assertThat(again.statusCode()).as(again.body()).isEqualTo(503);
    assertThat(Shop.json(again).path("reason").asText()).isEqualTo("ledger_restored");
    assertThat(Shop.json(again).path("charged").asText()).isEqualTo("no");
    assertThat(shop.tries(purchase, shop.signature()).once().statusCode()).isEqualTo(503);
    assertThat(shop.tries(purchase, token).once().statusCode()).as("not known").isEqualTo(402);
    assertThat(standIns.settled()).isEqualTo(settled);
  }
}
