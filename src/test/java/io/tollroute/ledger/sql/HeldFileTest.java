package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.ledger.Objection;
import io.tollroute.ledger.StillFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldFileTest {

  private static final Transactions.Work<Integer> LISTED =
      statements ->
          statements.update(
              "INSERT INTO listing (service, kind, status, reason, told_at)"
                  + " SELECT 's' || COUNT(*), 'k', 't', NULL, 0 FROM listing");

  @TempDir private Path folder;

  private Path file;
  private Transactions ledger;
  private StillFile held;

  @BeforeEach
  void open() throws Exception {
    file = folder.resolve("ledger.db");
    LedgerDatabase database = new LedgerDatabase("jdbc:sqlite:" + file);
    AtomicInteger names = new AtomicInteger();
    ledger = database.transactions(1, 5_000);
    held = database.stillFile(ledger, () -> "hold-" + names.incrementAndGet());
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private long rows(Path copy) throws Exception {
    SqliteCopy settled = new SqliteCopy(copy);
    settled.settle();
    try (Transactions read = new LedgerDatabase("jdbc:sqlite:" + copy).transactions(1, 5_000)) {
      return read.commit(
          statements ->
              statements
                  .first("SELECT COUNT(*) FROM listing", row -> row.getLong(1))
                  .orElseThrow());
    }
  }

  @Test
  @DisplayName(
      "The file stays as it is while it is held, and the copy has what was written meanwhile")
  void stays() throws Exception {
    ledger.commit(LISTED);
    StillFile.Hold hold = held.begin();
    byte[] before = Files.readAllBytes(hold.file());
    for (int i = 0; i < 50; i++) {
      ledger.commit(LISTED);
    }

    assertThat(Files.readAllBytes(hold.file())).isEqualTo(before);
    Path copy = folder.resolve("copy.db");
    new SqliteCopy(copy).take(hold.file(), () -> held.goOn(hold.name()));
    held.end(hold.name());

    ledger.commit(LISTED);
    assertThat(rows(copy)).isEqualTo(51);
    assertThat(folder.resolve("copy.db-wal")).doesNotExist();
  }

  @Test
  @DisplayName("One at a time holds it; who does not hold it is told that the copy is of no use")
  void one() throws Exception {
    StillFile.Hold hold = held.begin();

    assertThatThrownBy(held::begin)
        .isInstanceOf(Objection.class)
        .hasMessageContaining("Another backup");
    assertThatThrownBy(() -> held.end("somebody-else"))
        .isInstanceOf(Objection.class)
        .hasMessageContaining("of no use");
    held.end(hold.name());
    assertThatThrownBy(() -> held.end(hold.name())).isInstanceOf(Objection.class);
    held.end(held.begin().name());
  }

  @Test
  @DisplayName("A copy that a crash cut short, an empty file and a strange database are no ledger")
  void unusable() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.db"));
    assertThatThrownBy(() -> new SqliteCopy(empty).settle()).hasMessageContaining("nothing in it");
    Path text = Files.writeString(folder.resolve("text.db"), "no database ".repeat(1000));
    assertThatThrownBy(() -> new SqliteCopy(text).settle()).hasMessageContaining("damaged");
    Path copy = folder.resolve("copy.db");
    StillFile.Hold hold = held.begin();
    new SqliteCopy(copy).take(hold.file());
    held.end(hold.name());
    byte[] whole = Files.readAllBytes(copy);
    Files.write(copy, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> new SqliteCopy(copy).settle()).hasMessageContaining("damaged");
  }
}
