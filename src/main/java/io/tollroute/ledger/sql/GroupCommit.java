package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Ledger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits that wait for the disk together. One thread takes what has queued up, runs it in one
 * transaction and flushes once; nobody is told of success before the flush.
 */
public final class GroupCommit implements Transactions {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  private static final int BATCH = 64;
  private static final int QUEUE = 1024;

  private final BlockingQueue<Task<?>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final BlockingQueue<FutureTask<?>> between = new ArrayBlockingQueue<>(BATCH);
  private final SoleConnection connection;
  private final long patienceMillis;
  private final Thread writer;
  private volatile boolean open = true;

  /** What is done with the connection between two transactions. */
  @FunctionalInterface
  interface Step<T> {

    /** Does it, on the writer's thread. */
    T with(SoleConnection connection) throws SQLException;
  }

  /** Takes over the connection. A caller waits at most {@code patienceMillis} for its commit. */
  GroupCommit(SoleConnection connection, long patienceMillis) {
    this.connection = connection;
    this.patienceMillis = patienceMillis;
    this.writer = new Thread(this::write, "ledger-writer");
    this.writer.setDaemon(true);
    this.writer.start();
  }

  @Override
  public <T> T commit(Work<T> work) throws Refusal {
    Task<T> task = new Task<>(work);
    try {
      if (!open || !queue.offer(task, patienceMillis, TimeUnit.MILLISECONDS)) {
        throw Refusal.of("ledger_unavailable");
      }
      return task.done().get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.of("ledger_unavailable").because(Ledger.IN_DOUBT).causedBy(e);
    } catch (ExecutionException e) {
      Refusal refusal = Refusal.of("ledger_unavailable").causedBy(e.getCause());
      throw e.getCause() instanceof CommitInDoubt ? refusal.because(Ledger.IN_DOUBT) : refusal;
    } catch (TimeoutException e) {
      throw Refusal.of("ledger_unavailable").because(Ledger.IN_DOUBT).causedBy(e);
    }
  }

  /**
   * Has something done between two transactions, within a tenth of a second.
   *
   * @throws Refusal {@code ledger_unavailable} when it failed or took too long
   */
  <T> T between(Step<T> step) throws Refusal {
    FutureTask<T> task = new FutureTask<>(() -> step.with(connection));
    try {
      if (!open || !between.offer(task)) {
        throw Refusal.of("ledger_unavailable");
      }
      return task.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.of("ledger_unavailable").causedBy(e);
    } catch (ExecutionException e) {
      throw Refusal.of("ledger_unavailable").causedBy(e.getCause());
    } catch (TimeoutException e) {
      throw Refusal.of("ledger_unavailable").causedBy(e);
    }
  }

  private void doBetween() {
    connection.endStillnessWhenOver();
    for (FutureTask<?> task = between.poll(); task != null; task = between.poll()) {
      task.run();
    }
  }

  private void write() {
    List<Task<?>> batch = new ArrayList<>(BATCH);
    while (open || !queue.isEmpty()) {
      doBetween();
      try {
        Task<?> first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        write(batch);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        batch.clear();
      }
    }
  }

  private void write(List<Task<?>> batch) {
    Statements statements;
    try {
      statements = connection.begin();
    } catch (SQLException e) {
      // told once by whoever watches the ledger, not with every call
      batch.forEach(task -> task.fail(e));
      return;
    }
    try {
      for (Task<?> task : batch) {
        task.run(statements);
      }
    } catch (SQLException | RuntimeException | Error e) {
      connection.undo(e);
      if (batch.size() == 1) {
        fail(batch, e);
      } else {
        // one that cannot be done must not take the others with it
        batch.forEach(task -> write(List.of(task)));
      }
      return;
    }
    try {
      connection.commit();
    } catch (SQLException e) {
      fail(batch, e);
      return;
    }
    batch.forEach(Task::tell);
  }

  private static void fail(List<Task<?>> batch, Throwable e) {
    String told =
        e instanceof CommitInDoubt ? "it is not known what was recorded" : "nothing was recorded";
    LOG.error(
        "alert=ledger_write_failed {} calls were told that {}: {}",
        batch.size(),
        told,
        DatabaseTrouble.line(e));
    batch.forEach(task -> task.fail(e));
  }

  @Override
  public int waiting() {
    return queue.size();
  }

  @Override
  public void close() {
    open = false;
    try {
      writer.join(TimeUnit.SECONDS.toMillis(10));
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Task<T> {

    private final Work<T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private T result;

    Task(Work<T> work) {
      this.work = work;
    }

    CompletableFuture<T> done() {
      return done;
    }

    void run(Statements statements) throws SQLException {
      result = work.run(statements);
    }

    void fail(Throwable failure) {
      done.completeExceptionally(failure);
    }

    void tell() {
      done.complete(result);
    }
  }
}
