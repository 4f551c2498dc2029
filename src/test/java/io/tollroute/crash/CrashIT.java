package io.tollroute.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The product is killed at every point of a call and asked again by the same buyer. Each test does
 * it on all databases at the same time, and leaves processes that the next one kills.
 */
@DisplayName("kill -9")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {

  private final List<Crash> crashes = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    Distribution distribution = new Distribution();
    Path sqlite = Files.createDirectories(folder.resolve("sqlite"));
    add(distribution, sqlite, new SqliteFile(sqlite.resolve("ledger.db")));
    Path postgres = Files.createDirectories(folder.resolve("postgres"));
    add(distribution, postgres, new PostgresDatabase());
  }

  private void add(Distribution distribution, Path folder, Database database) throws Exception {
    CrashShop shop = new CrashShop(distribution, folder, database);
    shop.learn();
    crashes.add(new Crash(shop));
  }

  @AfterAll
  void audit() throws Exception {
    try {
      each(Crash::audit);
    } finally {
      for (Crash crash : crashes) {
        crash.close();
      }
      threads.shutdownNow();
    }
  }

  @ParameterizedTest(name = "{0}: the same signature ends in one answer and one charge")
  @MethodSource("io.tollroute.crash.Point#ofX402")
  void signature(Point point) throws Exception {
    each(crash -> crash.ofSignature(point));
  }

  @ParameterizedTest(name = "{0}: the same token ends in one answer and one use")
  @MethodSource("io.tollroute.crash.Point#ofToken")
  void token(Point point) throws Exception {
    each(crash -> crash.ofToken(point));
  }

  @ParameterizedTest(name = "{0}: paid before the work, it ends in one answer and one charge")
  @MethodSource("io.tollroute.crash.Point#ofPaidFirst")
  void paidFirst(Point point) throws Exception {
    each(crash -> crash.ofPaidFirst(point));
  }

  @ParameterizedTest(name = "{0}: a job ends in one answer and one charge")
  @MethodSource("io.tollroute.crash.Point#ofJob")
  void job(Point point) throws Exception {
    each(crash -> crash.ofJob(point));
  }

  @ParameterizedTest(name = "{0}: a job of a token ends in one answer and one use")
  @MethodSource("io.tollroute.crash.Point#ofTokenJob")
  void tokenJob(Point point) throws Exception {
    each(crash -> crash.ofTokenJob(point));
  }

  @ParameterizedTest(name = "{0}: a job that is paid before ends in one answer and one charge")
  @MethodSource("io.tollroute.crash.Point#ofPaidJob")
  void paidJob(Point point) throws Exception {
    each(crash -> crash.ofPaidJob(point));
  }

  @ParameterizedTest(name = "{0}: the order is paid once, and its token good for one call")
  @MethodSource("io.tollroute.crash.Point#ofOrder")
  void order(Point point) throws Exception {
    each(crash -> crash.ofOrder(point));
  }

  @ParameterizedTest(name = "{0}: the token is bought once, told again, and good for one call")
  @MethodSource("io.tollroute.crash.Point#ofPurchase")
  void purchase(Point point) throws Exception {
    each(crash -> crash.ofPurchase(point));
  }

  private interface Check {
    void of(Crash crash) throws Exception;
  }

  private void each(Check check) throws Exception {
    List<Callable<Void>> checks = new ArrayList<>();
    for (Crash crash : crashes) {
      checks.add(
          () -> {
            check.of(crash);
            return null;
          });
    }
    for (Future<Void> done : threads.invokeAll(checks)) {
      try {
        done.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error failure) {
          throw failure;
        }
        throw e;
      }
    }
  }
}
