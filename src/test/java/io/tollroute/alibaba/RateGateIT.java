package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.testing.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RateGateIT {

  private static final long PATIENCE = 1_000;
  private static final AtomicInteger ACTIONS = new AtomicInteger();

  private static PostgresServer server;
  private static LedgerDatabase database;
  private static DefaultCamelContext context;
  private static HikariDataSource onePool;
  private static HikariDataSource otherPool;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.own();
    database =
        new LedgerDatabase(
            server.freshDatabase(), Optional.of(PostgresServer.USERNAME), Optional.empty());
    database.transactions(1, PATIENCE).close();
    onePool = database.forgetfulPool(4, PATIENCE);
    otherPool = database.forgetfulPool(4, PATIENCE);
    context = new DefaultCamelContext();
  }

  @AfterAll
  static void stop() throws Exception {
    onePool.close();
    otherPool.close();
    context.close();
    server.close();
  }

  private static RateGate shared(HikariDataSource pool) {
    return new RateGate(RateStore.shared(pool, Duration.ofMillis(PATIENCE)));
  }

  @Test
  @DisplayName("two replicas together let no more pass than the account is granted")
  void shared() throws Exception {
    int rate = 20;
    Duration time = Duration.ofSeconds(3);

    int passed = storm(List.of(shared(onePool), shared(otherPool)), action(rate), time);

    // what the bucket holds at first, and what flows in until the last one has waited its second
    long most = rate + rate * (time.toSeconds() + 1);
    assertThat(passed).isBetween(rate, (int) most + 1);
  }

  @Test
  @DisplayName("processes that share no database each have the whole rate")
  void local() throws Exception {
    int rate = 20;
    RateGate one = new RateGate(RateStore.local());
    RateGate other = new RateGate(RateStore.local());

    int passed = storm(List.of(one, other), action(rate), Duration.ofSeconds(1));

    assertThat(passed).isGreaterThan(2 * rate);
  }

  @Test
  @DisplayName("each action has a rate of its own")
  void byAction() throws Exception {
    RateGate gate = shared(onePool);
    RpcAction one = action(0.01);
    RpcAction other = action(0.01);

    gate.process(calling(one));

    assertThat(refusal(() -> gate.process(calling(one))).word()).isEqualTo("provider_busy");
    assertThat(Optional.ofNullable(attempt(() -> gate.process(calling(other))))).isEmpty();
  }

  @Test
  @DisplayName("a call that would wait longer than a second is refused")
  void impatient() throws Exception {
    RateGate one = shared(onePool);
    RateGate other = shared(otherPool);
    RpcAction slow = action(0.2);
    one.process(calling(slow));

    assertThat(refusal(() -> other.process(calling(slow))).word()).isEqualTo("provider_busy");
  }

  @Test
  @DisplayName("while the database is away nobody passes; when it is back the rate goes on")
  void away() throws Exception {
    RateGate gate = shared(onePool);
    RpcAction action = action(100);
    gate.process(calling(action));
    server.stop();
    try {
      for (int i = 0; i < 3; i++) {
        assertThat(refusal(() -> gate.process(calling(action))).word()).isEqualTo("provider_busy");
      }
    } finally {
      server.start();
    }

    Optional<Refusal> last = Optional.empty();
    for (int i = 0; i < 20; i++) {
      last = Optional.ofNullable(attempt(() -> gate.process(calling(action))));
      if (last.isEmpty()) {
        break;
      }
      Thread.sleep(100);
    }
    assertThat(last).isEmpty();
  }

  @Test
  @DisplayName("one who sends as fast as he can does not keep another out")
  void flood() throws Exception {
    honestOneBeside(new RateGate(RateStore.local()));
  }

  @Test
  @DisplayName("nor where the rate is shared")
  void floodOfTheSharedRate() throws Exception {
    honestOneBeside(shared(onePool));
  }

  @Test
  @DisplayName("nor where he sends to every replica")
  void floodOfReplicas() throws Exception {
    RateGate one = shared(onePool);
    RateGate other = shared(otherPool);
    RpcAction two = action(2);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger flooded = new AtomicInteger();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (RateGate gate : List.of(one, other)) {
        flood(threads, gate, two, over, flooded);
      }
      await(() -> flooded.get() >= 3);
      int served = 0;
      for (int i = 0; i < 100 && served < 3; i++) {
        if (attempt(() -> one.process(calling(two, "honest"))) == null) {
          served++;
        } else {
          Thread.sleep(100);
        }
      }
      assertThat(served).isEqualTo(3);
    } finally {
      over.set(true);
      threads.shutdown();
      assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void flood(
      ExecutorService threads,
      RateGate gate,
      RpcAction action,
      AtomicBoolean over,
      AtomicInteger passed) {
    for (int i = 0; i < 8; i++) {
      threads.submit(
          () -> {
            while (!over.get()) {
              if (attempt(() -> gate.process(calling(action, "flood"))) == null) {
                passed.incrementAndGet();
              } else {
                Thread.yield();
              }
            }
            return null;
          });
    }
  }

  private static void honestOneBeside(RateGate gate) throws Exception {
    RpcAction two = action(2);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger flooded = new AtomicInteger();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      flood(threads, gate, two, over, flooded);
      await(() -> flooded.get() >= 2);
      for (int i = 0; i < 3; i++) {
        assertThat(Optional.ofNullable(attempt(() -> gate.process(calling(two, "honest")))))
            .as("call %d of the honest one", i + 1)
            .isEmpty();
      }
      assertThat(flooded.get()).as("who floods has turns too").isGreaterThan(2);
    } finally {
      over.set(true);
      threads.shutdown();
      assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @DisplayName("who is interrupted while he waits leaves his place and his turn to others")
  void interrupted() throws Exception {
    RateGate gate = shared(onePool);
    RpcAction slow = action(1);
    gate.process(calling(slow, "first"));
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread waits =
        new Thread(
            () ->
                end.complete(
                    catchThrowableOfType(
                        InterruptedException.class,
                        () -> gate.process(calling(slow, "interrupted")))));
    waits.start();
    await(() -> waits.getState() == Thread.State.TIMED_WAITING);

    waits.interrupt();

    assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(Optional.ofNullable(attempt(() -> gate.process(calling(slow, "next"))))).isEmpty();
  }

  private static void await(BooleanSupplier happened) throws InterruptedException {
    for (int i = 0; i < 2_000 && !happened.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(happened.getAsBoolean()).isTrue();
  }

  private interface Passing {
    void pass() throws Exception;
  }

  private static Refusal attempt(Passing passing) {
    return catchThrowableOfType(Refusal.class, passing::pass);
  }

  private static Refusal refusal(Passing passing) {
    Refusal refusal = attempt(passing);
    assertThat(refusal).as("it passed").isNotNull();
    return refusal;
  }

  private static RpcAction action(double rate) {
    return new RpcAction(
        "facebody", "2019-12-30", "Action" + ACTIONS.incrementAndGet(), rate, false);
  }

  private static Exchange calling(RpcAction action, String share) {
    Exchange exchange = calling(action);
    CallSlots.SHARE.put(exchange, share);
    return exchange;
  }

  private static Exchange calling(RpcAction action) {
    Exchange exchange = new DefaultExchange(context);
    RpcSlots.ACTION.put(exchange, action);
    return exchange;
  }

  /** Four callers at each gate that never rest; how many calls passed. */
  private static int storm(List<RateGate> gates, RpcAction action, Duration time) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Integer>> callers = new ArrayList<>();
      for (RateGate gate : gates) {
        for (int i = 0; i < 4; i++) {
          callers.add(
              threads.submit(
                  () -> {
                    int passed = 0;
                    while (!over.get()) {
                      if (attempt(() -> gate.process(calling(action))) == null) {
                        passed++;
                      }
                    }
                    return passed;
                  }));
        }
      }
      Thread.sleep(time.toMillis());
      over.set(true);
      int passed = 0;
      for (Future<Integer> caller : callers) {
        passed += caller.get();
      }
      return passed;
    } finally {
      threads.shutdownNow();
    }
  }
}
