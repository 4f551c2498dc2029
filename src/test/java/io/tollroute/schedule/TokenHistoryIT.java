package io.tollroute.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.schedule.TokenHistory.End;
import io.tollroute.schedule.TokenHistory.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What buyers see of a token that many of them use at once at two replicas. */
class TokenHistoryIT {

  private static final int HISTORIES = 60;
  private static final int THREADS = 8;
  private static final int USES_A_THREAD = 4;

  @TempDir static Path folder;

  private static Stage stage;
  private final AtomicInteger numbers = new AtomicInteger();

  @BeforeAll
  static void open() throws Exception {
    stage = Stage.open(folder);
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  @Test
  @DisplayName("the counter of a token is linearizable over two replicas")
  void linearizable() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int history = 0; history < HISTORIES; history++) {
        int calls = 1 + history % 4;
        stage.store().empty();
        // two of three calls fail, so that uses go out and come back all the time
        stage.set(stage.quiet().failing(2, 3));
        Attempt.Reply bought = buy(calls);

        List<Attempt.Reply> sold = new ArrayList<>();
        List<Use> uses = use(threads, bought, sold);

        assertThat(new TokenHistory(calls, uses).isLinearizable())
            .as("%d calls, %s", calls, uses)
            .isTrue();
        assertThat(sold).extracting(reply -> reply.body().at("/data/n")).doesNotHaveDuplicates();
        assertThat(stage.store().count("charge WHERE payment IS NOT NULL AND state = 'SETTLED'"))
            .isEqualTo(sold.size())
            .isLessThanOrEqualTo(calls);
        assertThat(stage.store().rows("SELECT used FROM payment").get(0).get("used"))
            .isEqualTo(Integer.toString(sold.size()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Attempt.Reply buy(int calls) {
    Ticket order =
        Ticket.signed(
            Ticket.Kind.TOKEN,
            numbers.incrementAndGet(),
            calls,
            stage.replica(0).terms(Replica.SERVICE),
            stage.clock().seconds() + 200,
            false);
    Attempt.Reply bought = stage.replica(0).answer(new Attempt(order, order.name(), false));
    assertThat(bought.status()).as(bought.toString()).isEqualTo(201);
    return bought;
  }

  private List<Use> use(ExecutorService threads, Attempt.Reply bought, List<Attempt.Reply> sold)
      throws Exception {
    AtomicLong order = new AtomicLong();
    List<Callable<List<Use>>> users = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Replica replica = stage.replica(thread % 2);
      users.add(() -> use(replica, bought, order, sold));
    }
    List<Use> uses = new ArrayList<>();
    for (Future<List<Use>> user : threads.invokeAll(users, 60, TimeUnit.SECONDS)) {
      uses.addAll(user.get());
    }
    return uses;
  }

  private List<Use> use(
      Replica replica, Attempt.Reply bought, AtomicLong order, List<Attempt.Reply> sold) {
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < USES_A_THREAD; i++) {
      Ticket ticket =
          Ticket.use(
              numbers.incrementAndGet(),
              bought.body().path("token").asText(),
              bought.body().path("paymentId").asText(),
              false);
      long from = order.incrementAndGet();
      Attempt.Reply reply = replica.answer(new Attempt(ticket, ticket.name(), false));
      uses.add(new Use(from, order.incrementAndGet(), end(reply)));
      if (reply.isSold()) {
        synchronized (sold) {
          sold.add(reply);
        }
      }
    }
    return uses;
  }

  private static End end(Attempt.Reply reply) {
    String reason = reply.body().path("reason").asText();
    return switch (reply.word()) {
      case "" -> End.SOLD;
      case "provider_failed" -> End.FAILED;
      case "payment_in_progress" -> End.IN_PROGRESS;
      case "payment_refused" -> {
        assertThat(reason).isEqualTo("token_exhausted");
        yield End.EXHAUSTED;
      }
      default -> throw new AssertionError(reply.toString());
    };
  }

  @Test
  @DisplayName("the check knows a history that nobody who serves one by one could make")
  void checker() {
    Use early = new Use(1, 2, End.SOLD);
    Use late = new Use(3, 4, End.SOLD);

    assertThat(new TokenHistory(2, List.of(early, late)).isLinearizable()).isTrue();
    assertThat(new TokenHistory(1, List.of(early, late)).isLinearizable()).isFalse();
    assertThat(isPossible(1, early, new Use(3, 4, End.EXHAUSTED))).isTrue();
    assertThat(isPossible(2, early, new Use(3, 4, End.EXHAUSTED))).isFalse();
    assertThat(isPossible(1, new Use(1, 4, End.SOLD), new Use(2, 3, End.EXHAUSTED))).isTrue();
    assertThat(isPossible(1, new Use(1, 2, End.EXHAUSTED), late)).isFalse();
    assertThat(isPossible(1, new Use(1, 4, End.FAILED), new Use(2, 3, End.IN_PROGRESS))).isTrue();
    assertThat(isPossible(1, new Use(1, 4, End.FAILED), new Use(2, 3, End.EXHAUSTED))).isFalse();
    assertThat(isPossible(2, new Use(1, 4, End.FAILED), new Use(2, 3, End.IN_PROGRESS))).isFalse();
    assertThat(isPossible(1, new Use(1, 2, End.FAILED), new Use(3, 4, End.IN_PROGRESS))).isFalse();
  }

  private static boolean isPossible(int calls, Use... uses) {
    return new TokenHistory(calls, List.of(uses)).isLinearizable();
  }
}
