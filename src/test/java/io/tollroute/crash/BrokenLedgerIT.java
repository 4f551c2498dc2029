package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.crash.Rules.Flaw;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The crash test is able to fail: it finds a ledger that is broken on purpose. */
class BrokenLedgerIT {

  @TempDir private Path folder;

  @Test
  @DisplayName("The crash test finds a ledger that says it has kept an answer and has not")
  void keepsNothing() throws Exception {
    expect(Flaw.KEEPS_NOTHING, "states after death");
  }

  @Test
  @DisplayName("The crash test finds a ledger that loses the answers it has kept")
  void losesAnswers() throws Exception {
    expect(Flaw.LOSES_ANSWERS, "the answer");
  }

  @Test
  @DisplayName("The full disk finds a ledger that goes on when its transaction has ended by itself")
  void keepsConnection() throws Exception {
    SqliteFile ledger = new SqliteFile(folder.resolve("ledger.db"));
    try (CrashShop shop = new CrashShop(new Distribution(), folder, ledger)) {
      shop.learn();
      shop.rules().breakLedger(Flaw.KEEPS_CONNECTION);
      shop.open();

      assertThatThrownBy(() -> new FullDisk(shop, FullDiskIT.byLimit(shop, ledger)).check("disk"))
          .isInstanceOf(AssertionError.class);
    }
  }

  private void expect(Flaw flaw, String finding) throws Exception {
    SqliteFile ledger = new SqliteFile(folder.resolve("ledger.db"));
    try (CrashShop shop = new CrashShop(new Distribution(), folder, ledger)) {
      shop.learn();
      shop.rules().breakLedger(flaw);
      Crash crash = new Crash(shop);

      Point point = flaw == Flaw.KEEPS_NOTHING ? Point.MOVED : Point.REPLIED;
      assertThatThrownBy(() -> crash.ofSignature(point))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(finding);
    }
  }
}
