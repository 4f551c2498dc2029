package io.tollroute.crash;

import io.tollroute.crash.FullDisk.Disk;
import io.tollroute.testing.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk of the ledger takes nothing for a while, on both databases. */
@Timeout(300)
class FullDiskIT {

  private static final int PAGE = 4096 + 24;

  @TempDir private Path folder;

  @Test
  @DisplayName("an SQLite ledger whose disk was full loses no use and no charge, without a restart")
  void full() throws Exception {
    Optional<SmallDisk> small = SmallDisk.mount(folder.resolve("small"), 8);
    if (small.isEmpty()) {
      // no file system can be mounted here: the process is kept from writing instead
      ioErrors();
      return;
    }
    try (SmallDisk disk = small.get()) {
      SqliteFile ledger = new SqliteFile(disk.folder().resolve("ledger.db"));
      try (CrashShop shop = shop(ledger)) {
        new FullDisk(shop, onFileSystem(disk)).check("the disk is full");
      }
    }
  }

  @Test
  @DisplayName("an SQLite ledger whose file could not be written loses no use and no charge either")
  void ioErrors() throws Exception {
    SqliteFile ledger = new SqliteFile(folder.resolve("ledger.db"));
    try (CrashShop shop = shop(ledger)) {
      new FullDisk(shop, byLimit(shop, ledger)).check("the disk reports errors");
    }
  }

  static Disk onFileSystem(SmallDisk disk) {
    return new Disk() {
      @Override
      public void fill(int writes) throws Exception {
        disk.fill(writes * 3 * PAGE);
      }

      @Override
      public void free() throws Exception {
        disk.free();
      }
    };
  }

  static Disk byLimit(CrashShop shop, SqliteFile ledger) {
    return new Disk() {
      @Override
      public void fill(int writes) throws Exception {
        long limit = writes == 0 ? 1 : ledger.logBytes() + writes * 3L * PAGE;
        shop.process().limitFiles(Long.toString(limit));
      }

      @Override
      public void free() throws Exception {
        shop.process().limitFiles("unlimited");
      }
    };
  }

  @ParameterizedTest(name = "a PostgreSQL ledger that answers {0} at a statement")
  @ValueSource(strings = {"53100", "57014"})
  @DisplayName("a PostgreSQL ledger that could not be written loses no use and no charge")
  void atStatement(String state) throws Exception {
    raising(state, "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON charge FOR EACH ROW");
  }

  @ParameterizedTest(name = "a PostgreSQL ledger that answers {0} at a commit")
  @ValueSource(strings = {"53100", "58030"})
  @DisplayName("a PostgreSQL ledger that could not commit loses no use and no charge")
  void atCommit(String state) throws Exception {
    raising(
        state,
        "CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT OR UPDATE ON charge"
            + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW");
  }

  private void raising(String state, String trigger) throws Exception {
    PostgresDatabase ledger = new PostgresDatabase();
    try (CrashShop shop = shop(ledger)) {
      ledger.execute("CREATE SEQUENCE writes");
      Disk disk =
          new Disk() {
            @Override
            public void fill(int writes) throws SQLException {
              ledger.execute(
                  "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$"
                      + " BEGIN IF nextval('writes') > "
                      + writes
                      + " THEN RAISE EXCEPTION 'no room, by the test' USING ERRCODE = '"
                      + state
                      + "'; END IF; RETURN NEW; END $$");
              ledger.execute("ALTER SEQUENCE writes RESTART");
              ledger.execute(trigger + " EXECUTE FUNCTION full_disk()");
            }

            @Override
            public void free() throws SQLException {
              ledger.execute("DROP TRIGGER full_disk ON charge");
            }
          };
      new FullDisk(shop, disk).check("");
    }
  }

  @Test
  @DisplayName(
      "a PostgreSQL ledger whose connections are broken again and again loses nothing either")
  void killed() throws Exception {
    PostgresDatabase ledger = new PostgresDatabase();
    AtomicBoolean killing = new AtomicBoolean();
    try (CrashShop shop = shop(ledger)) {
      Disk disk =
          new Disk() {
            @Override
            public void fill(int writes) {
              killing.set(true);
              CompletableFuture.runAsync(() -> killConnections(ledger, killing));
            }

            @Override
            public void free() throws InterruptedException {
              killing.set(false);
              // the pool believes in a connection that was used a moment ago
              Thread.sleep(1_000);
            }
          };
      new FullDisk(shop, disk).check("");
    } finally {
      killing.set(false);
    }
  }

  private static void killConnections(PostgresDatabase ledger, AtomicBoolean killing) {
    while (killing.get()) {
      try {
        ledger.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = 'tollroute'");
        Thread.sleep(2);
      } catch (SQLException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private CrashShop shop(Database ledger) throws Exception {
    CrashShop shop =
        new CrashShop(new Distribution(), Files.createDirectories(folder.resolve("shop")), ledger);
    // so that the lease of a call whose end could not be written is over soon
    shop.set("TOLLROUTE_ALIBABA_TIMEOUT_SECONDS", "2");
    shop.set("TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS", "2");
    shop.learn();
    shop.open();
    return shop;
  }
}
