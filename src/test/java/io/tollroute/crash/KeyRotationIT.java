package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.crash.Buyers.Sale;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.crash.CrashShop.Token;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.sandbox.standin.StrictStandIns.Hold;
import io.tollroute.sandbox.standin.StrictStandIns.Moment;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of the ledger is changed in two replicas, one after the other, while buyers buy. */
class KeyRotationIT {

  private static final String LEAVING = key(1);
  private static final String COMING = key(2);

  @TempDir private Path folder;

  private final Buyers buyers = new Buyers(12);

  private StrictStandIns standIns;
  private Database database;
  private CrashShop one;
  private CrashShop other;

  private static String key(int number) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) number);
    return Base64.getEncoder().encodeToString(key);
  }

  @BeforeEach
  void furnish() throws Exception {
    standIns = new StrictStandIns(Clock.systemUTC());
    database = new PostgresDatabase();
    one = shop("one");
    other = shop("other");
    one.learn();
  }

  private CrashShop shop(String name) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    CrashShop shop = new CrashShop(new Distribution(), own, database, standIns);
    shop.set("TOLLROUTE_LIMITS", "off");
    shop.set("TOLLROUTE_LEDGER_KEY", LEAVING);
    return shop;
  }

  @AfterEach
  void close() throws Exception {
    buyers.close();
    one.close();
    other.close();
    standIns.close();
  }

  /** A rolling restart with these keys. */
  private void roll(String... keys) throws Exception {
    roll(one, other, keys);
    roll(other, one, keys);
    buyers.goTo(one, other);
  }

  private void roll(CrashShop changed, CrashShop meanwhile, String... keys) throws Exception {
    buyers.goTo(meanwhile);
    buyers.awaitWhatIsBegun();
    changed.stop();
    changed.set("TOLLROUTE_LEDGER_KEY", String.join(",", keys));
    changed.openAsItIs();
    buyers.goTo(one, other);
    buyers.awaitSales(changed, 10);
  }

  @Test
  @DisplayName("no payment is lost or refused: known everywhere, then first, then the only one")
  void rotated() throws Exception {
    one.openAsItIs();
    other.openAsItIs();
    Token token = one.token();
    Purchase leftPurchase = new Purchase("https://images.example.com/left.jpg");
    String leftSignature = one.signature();
    leave(leftPurchase, leftSignature);
    one.openAsItIs();
    buyers.goTo(one, other);
    buyers.awaitSales(one, 10);
    List<Sale> sealedBefore = buyers.sales();

    roll(LEAVING, COMING);
    roll(COMING, LEAVING);
    for (Sale sale : sealedBefore) {
      assertThat(again(other, sale).body()).isEqualTo(sale.answer());
    }
    database.endLeases();
    HttpResponse<String> left = other.tries(leftPurchase, leftSignature).untilItEnds();
    assertThat(left.statusCode()).as(left.body()).isEqualTo(200);
    int rotated = buyers.begun();
    buyers.awaitSales(one, 10);

    roll(COMING);
    buyers.stop();

    assertThat(buyers.failures()).isEmpty();
    assertThat(standIns.settled())
        .as("with the token, and what was left")
        .isEqualTo(buyers.sales().size() + 2);
    for (Sale sale : buyers.sales().stream().filter(sale -> sale.number() > rotated).toList()) {
      assertThat(again(one, sale).body()).isEqualTo(sale.answer());
    }
    HttpResponse<String> withToken =
        one.tries(new Purchase("https://images.example.com/token.jpg"), token).once();
    assertThat(withToken.statusCode()).as(withToken.body()).isEqualTo(200);
    // what only the old key opened is given no more, and is not sold a second time either
    HttpResponse<String> tooLate = again(one, sealedBefore.get(0));
    assertThat(tooLate.statusCode()).as(tooLate.body()).isEqualTo(409);
    assertThat(standIns.settled()).isEqualTo(buyers.sales().size() + 2);
    assertThat(standIns.upstreamCalls()).isEqualTo(buyers.sales().size() + 2);
  }

  /** Leaves a call whose answer is kept and whose settlement nobody knows the end of. */
  private void leave(Purchase purchase, String signature) throws Exception {
    Hold hold = standIns.hold(Moment.SETTLE_ASKED);
    one.tries(purchase, signature).begin();
    assertThat(hold.isReached(Duration.ofSeconds(20))).isTrue();
    Shop.await(() -> database.states().containsValue("SETTLING"));
    one.kill();
  }

  private static HttpResponse<String> again(CrashShop shop, Sale sale) throws Exception {
    return shop.tries(sale.purchase(), sale.signature()).once();
  }
}
