package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An SQLite file belongs to one process. */
class SqliteFileIT {

  @TempDir private Path folder;

  @Test
  @DisplayName("a second process on the same file is refused, and the first writes on")
  void oneProcess() throws Exception {
    LedgerPlace place = new LedgerPlace(LedgerPlace.Kind.SQLITE, folder);
    try (Transactions first = place.open("ledger")) {
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Intruder.class.getName(),
                  place.file("ledger").toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("intruder.log").toFile())
              .start();

      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();

      String log = Files.readString(folder.resolve("intruder.log"));
      assertThat(other.exitValue()).as(log).isEqualTo(Intruder.REFUSED);
      int written = first.commit(statements -> statements.update("DELETE FROM charge"));
      assertThat(written).isZero();
    }
  }

  /** Another process that wants the file. */
  static final class Intruder {

    static final int REFUSED = 42;

    private Intruder() {}

    public static void main(String[] arguments) throws Exception {
      try {
        new LedgerDatabase("jdbc:sqlite:" + arguments[0]).open().close();
      } catch (SQLException e) {
        System.exit(REFUSED);
      }
    }
  }
}
