package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.crash.Buyers.Sale;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.crash.CrashShop.Token;
import io.tollroute.sandbox.standin.StrictStandIns;
import io.tollroute.testing.PostgresServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 0.1.0 sells on PostgreSQL while this one starts beside it, and after. */
class RollingUpgradeIT {

  @TempDir private Path folder;

  private final Buyers buyers = Buyers.patient(12);

  private final List<CrashShop> shops = new ArrayList<>();

  private StrictStandIns standIns;
  private String url;
  private CrashShop earlier;
  private CrashShop now;

  @BeforeEach
  void furnish() throws Exception {
    standIns = new StrictStandIns(Clock.systemUTC());
  }

  /** Both versions with the same database. */
  private void on(Database database) throws Exception {
    EarlierRelease release = EarlierRelease.unpacked();
    earlier = shop(new Distribution(release), "earlier", database);
    earlier.set("TOLLROUTE_HOME", release.home().toString());
    earlier.set("TOLLROUTE_DOCS", Path.of("docs").toAbsolutePath().toString());
    now = shop(new Distribution(), "now", database);
  }

  private CrashShop shop(Distribution distribution, String name, Database database)
      throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    CrashShop shop = new CrashShop(distribution, own, database, standIns);
    shop.set("TOLLROUTE_LIMITS", "off");
    shops.add(shop);
    return shop;
  }

  @AfterEach
  void close() throws Exception {
    buyers.close();
    for (CrashShop shop : shops) {
      shop.close();
    }
    standIns.close();
  }

  private int schema() throws Exception {
    try (Connection connection = PostgresServer.connect(url);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT MAX(version::int) FROM flyway_schema_history WHERE success")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  @DisplayName("no call is lost or charged twice, and the earlier version can be gone back to")
  void upgraded() throws Exception {
    url = PostgresServer.shared().freshDatabase();
    on(new PostgresDatabase(url));
    earlier.openAsItIs();
    assertThat(schema()).isEqualTo(EarlierRelease.SCHEMA);
    Token token = earlier.token();
    buyers.goTo(earlier);
    buyers.awaitSales(earlier, 40);

    now.openAsItIs();

    assertThat(schema()).isGreaterThan(EarlierRelease.SCHEMA);
    buyers.awaitSales(earlier, 40);
    buyers.goTo(earlier, now);
    buyers.awaitSales(now, 40);
    buyers.goTo(now);
    buyers.awaitWhatIsBegun();
    earlier.stop();
    buyers.awaitSales(now, 20);
    buyers.stop();

    assertThat(buyers.failures()).isEmpty();
    int sold = buyers.sales().size();
    assertThat(standIns.settled()).as("and one for the token").isEqualTo(sold + 1);
    assertThat(standIns.upstreamCalls()).isEqualTo(sold);
    for (Sale sale : buyers.sales()) {
      assertThat(again(now, sale).body()).isEqualTo(sale.answer());
    }
    Purchase paidBefore = new Purchase("https://images.example.com/with-a-token.jpg");
    HttpResponse<String> withToken = now.tries(paidBefore, token).once();
    assertThat(withToken.statusCode()).as(withToken.body()).isEqualTo(200);
    assertThat(standIns.settled()).isEqualTo(sold + 1);

    now.stop();
    earlier.openAsItIs();

    for (Sale sale : buyers.sales().stream().filter(sale -> sale.by() == now).toList()) {
      assertThat(again(earlier, sale).body()).isEqualTo(sale.answer());
    }
    HttpResponse<String> fresh =
        earlier.tries(new Purchase("https://images.example.com/b.jpg"), earlier.signature()).once();
    assertThat(fresh.statusCode()).as(fresh.body()).isEqualTo(200);
    assertThat(standIns.settled()).isEqualTo(sold + 2);
  }

  @Test
  @DisplayName("an SQLite file is taken over, and taken back, with all that was sold")
  void takenOver() throws Exception {
    on(new SqliteFile(folder.resolve("ledger.db")));
    earlier.openAsItIs();
    Purchase before = new Purchase("https://images.example.com/before.jpg");
    String paidBefore = earlier.signature();
    String answerBefore = earlier.tries(before, paidBefore).once().body();
    earlier.kill();

    now.openAsItIs();
    assertThat(now.tries(before, paidBefore).once().body()).isEqualTo(answerBefore);
    Purchase after = new Purchase("https://images.example.com/after.jpg");
    String paidAfter = now.signature();
    String answerAfter = now.tries(after, paidAfter).once().body();
    now.stop();

    earlier.openAsItIs();
    assertThat(earlier.tries(before, paidBefore).once().body()).isEqualTo(answerBefore);
    assertThat(earlier.tries(after, paidAfter).once().body()).isEqualTo(answerAfter);
    assertThat(standIns.settled()).isEqualTo(2);
    assertThat(standIns.upstreamCalls()).isEqualTo(2);
  }

  private static HttpResponse<String> again(CrashShop shop, Sale sale) throws Exception {
    return shop.tries(sale.purchase(), sale.signature()).once();
  }
}
