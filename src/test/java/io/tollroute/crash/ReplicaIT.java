package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one PostgreSQL database, of which one stands still or dies. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicaIT {

  private StrictStandIns standIns;
  private Database database;
  private CrashShop one;
  private CrashShop other;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    Distribution distribution = new Distribution();
    database = new PostgresDatabase();
    standIns = new StrictStandIns(Clock.systemUTC());
    one =
        new CrashShop(
            distribution, Files.createDirectories(folder.resolve("one")), database, standIns);
    other =
        new CrashShop(
            distribution, Files.createDirectories(folder.resolve("other")), database, standIns);
    one.learn();
  }

  @AfterAll
  void close() throws Exception {
    one.close();
    other.close();
    standIns.close();
  }

  @Test
  @DisplayName("who stood still during the work past its lease neither charges nor overwrites")
  void pausedAtWork() throws Exception {
    one.open();
    other.open();
    Purchase purchase = new Purchase("https://images.example.com/paused-call.jpg");
    String signature = one.signature();
    int settled = standIns.settled();

    CompletableFuture<HttpResponse<String>> late =
        pauseAt(Moment.CALL_DONE, one.tries(purchase, signature));
    HttpResponse<String> answer = other.tries(purchase, signature).untilItEnds();
    one.process().goOn();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(late.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
    assertThat(one.tries(purchase, signature).untilItEnds().body()).isEqualTo(answer.body());
    assertThat(standIns.settled() - settled).isEqualTo(1);
    assertThat(standIns.upstreamCalls(purchase.image())).as("one more for the pause").isEqualTo(2);
    assertThat(database.states().values()).containsOnly("SETTLED");
  }

  @Test
  @DisplayName("who stood still while money moved past its lease does not undo what came after")
  void pausedAtSettlement() throws Exception {
    one.open();
    other.open();
    Purchase purchase = new Purchase("https://images.example.com/paused-settle.jpg");
    String signature = one.signature();
    int settled = standIns.settled();

    CompletableFuture<HttpResponse<String>> late =
        pauseAt(Moment.SETTLE_DONE, one.tries(purchase, signature));
    HttpResponse<String> answer = other.tries(purchase, signature).untilItEnds();
    one.process().goOn();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(late.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    assertThat(one.tries(purchase, signature).untilItEnds().body()).isEqualTo(answer.body());
    assertThat(standIns.settled() - settled).isEqualTo(1);
    assertThat(standIns.upstreamCalls(purchase.image())).isEqualTo(1);
    assertThat(database.states().values()).containsOnly("SETTLED");
  }

  @Test
  @DisplayName("who stood still past its lease with a token does not spend a second use")
  void pausedWithToken() throws Exception {
    one.open();
    other.open();
    Purchase purchase = new Purchase("https://images.example.com/paused-token.jpg");
    Token token = one.token();

    CompletableFuture<HttpResponse<String>> late =
        pauseAt(Moment.CALL_DONE, one.tries(purchase, token));
    HttpResponse<String> answer = other.tries(purchase, token).untilItEnds();
    one.process().goOn();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(late.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
    assertThat(one.tries(purchase, token).untilItEnds().body()).isEqualTo(answer.body());
    assertThat(database.uses(token.payment())).isEqualTo(1);
  }

  /** Begins a call and stops its process at the moment; its lease runs out meanwhile. */
  private CompletableFuture<HttpResponse<String>> pauseAt(Moment moment, Tries buyer)
      throws Exception {
    Hold hold = standIns.hold(moment);
    CompletableFuture<HttpResponse<String>> late = buyer.begin();
    assertThat(hold.isReached(Duration.ofSeconds(20))).as("%s", moment).isTrue();
    one.process().pause();
    standIns.letGo();
    database.endLeases();
    return late;
  }

  @Test
  @DisplayName("two reconcilers at once, after one that died midway, settle each charge once")
  void reconcilers() throws Exception {
    one.open();
    int settled = standIns.settled();
    int calls = standIns.upstreamCalls();
    List<Tries> buyers = new ArrayList<>();
    standIns.hold(Moment.SETTLE_ASKED);
    for (int i = 0; i < 3; i++) {
      Purchase purchase = new Purchase("https://images.example.com/left-" + i + ".jpg");
      String signature = one.signature();
      one.tries(purchase, signature).begin();
      buyers.add(other.tries(purchase, signature));
    }
    awaitStates("SETTLING", 3);
    one.kill();
    database.endLeases();

    Hold midway = standIns.hold(Moment.SETTLE_ASKED);
    one.open();
    assertThat(midway.isReached(Duration.ofSeconds(20))).as("the reconciler is at it").isTrue();
    one.kill();
    database.endLeases();

    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> start(one));
    CompletableFuture<Void> second = CompletableFuture.runAsync(() -> start(other));
    CompletableFuture.allOf(first, second).get(60, TimeUnit.SECONDS);
    awaitStates("SETTLING", 0);

    assertThat(database.states().values()).containsOnly("SETTLED");
    assertThat(standIns.settled() - settled).isEqualTo(3);
    for (Tries buyer : buyers) {
      HttpResponse<String> answer = buyer.once();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    assertThat(standIns.settled() - settled).isEqualTo(3);
    assertThat(standIns.upstreamCalls() - calls).isEqualTo(3);
  }

  private static void start(CrashShop shop) {
    try {
      shop.open();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitStates(String state, int count) throws Exception {
    Shop.await(() -> database.states().values().stream().filter(state::equals).count() == count);
  }
}
