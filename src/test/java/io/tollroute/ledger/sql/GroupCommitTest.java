package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.testing.LogLines;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {

  @TempDir private Path folder;
  private Transactions queue;

  @BeforeEach
  void open() throws Exception {
    queue = queue(5_000);
    queue.commit(statements -> statements.of("CREATE TABLE note (text TEXT)").executeUpdate());
  }

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  @DisplayName("work that fails is told to its caller, and the next work is done")
  void failure() throws Refusal {
    for (Exception failure :
        List.of(new SQLException("disk"), new IllegalStateException("defect"))) {
      Refusal refusal =
          catchThrowableOfType(Refusal.class, () -> queue.commit(statements -> fail(failure)));
      assertThat(refusal.word()).isEqualTo("ledger_unavailable");
      assertThat(refusal).hasCause(failure);
    }

    assertThat(write("after")).isEqualTo(1);
  }

  @Test
  @DisplayName("Of a defect the log tells kind and place, neither its text nor a trace")
  void defect() {
    try (LogLines log = LogLines.capture()) {
      catchThrowableOfType(
          Refusal.class,
          () -> queue.commit(statements -> fail(new IllegalStateException("s3cret"))));

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("alert=ledger_write_failed", "IllegalStateException at ")
          .doesNotContain("s3cret", " at java.base");
    }
  }

  @Test
  @DisplayName("work that fails undoes itself and takes none of its batch with it")
  void failureInABatch() throws Exception {
    CountDownLatch occupied = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(12);
    try {
      threads.submit(
          () ->
              queue.commit(
                  statements -> {
                    occupied.countDown();
                    await(release);
                    return 0;
                  }));
      await(occupied);
      List<Future<Integer>> good = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String text = "good " + i;
        good.add(threads.submit(() -> write(text)));
      }
      Future<Integer> bad =
          threads.submit(
              () ->
                  queue.commit(
                      statements -> {
                        insert(statements, "bad");
                        return fail(new SQLException("constraint"));
                      }));
      Thread.sleep(200);
      release.countDown();

      for (Future<Integer> done : good) {
        assertThat(done.get(5, TimeUnit.SECONDS)).isEqualTo(1);
      }
      assertThat(catchThrowableOfType(Exception.class, () -> bad.get(5, TimeUnit.SECONDS)))
          .hasCauseInstanceOf(Refusal.class);
      assertThat(count()).isEqualTo(10);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @DisplayName("a caller waits no longer than its patience")
  void patience() throws Exception {
    queue.close();
    queue = queue(100);
    CountDownLatch release = new CountDownLatch(1);
    try {
      Refusal refusal =
          catchThrowableOfType(
              Refusal.class,
              () ->
                  queue.commit(
                      statements -> {
                        await(release);
                        return 0;
                      }));
      assertThat(refusal.word()).isEqualTo("ledger_unavailable");
    } finally {
      release.countDown();
    }
  }

  private Transactions queue(long patienceMillis) throws Exception {
    return new LedgerDatabase("jdbc:sqlite:" + folder.resolve("queue.db"))
        .transactions(1, patienceMillis);
  }

  private int write(String text) throws Refusal {
    return queue.commit(statements -> insert(statements, text));
  }

  private static int insert(Statements statements, String text) throws SQLException {
    var insert = statements.of("INSERT INTO note VALUES (?)");
    insert.setString(1, text);
    return insert.executeUpdate();
  }

  private int count() throws Refusal {
    return queue.commit(
        statements -> {
          try (var rows = statements.of("SELECT count(*) FROM note").executeQuery()) {
            return rows.getInt(1);
          }
        });
  }

  private static int fail(Exception failure) throws SQLException {
    if (failure instanceof SQLException expected) {
      throw expected;
    }
    throw (RuntimeException) failure;
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody opened the latch");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
