package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.settings.SettingsTable;
import io.tollroute.testing.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlierLedgerTest {

  private static final String FILE = "data/tollroute.db";

  @TempDir private Path folder;
  private Path home;
  private Path elsewhere;

  @BeforeEach
  void furnish() throws Exception {
    home = Files.createDirectories(folder.resolve("home/data")).getParent();
    elsewhere = Files.createDirectories(folder.resolve("elsewhere/data")).getParent();
  }

  private EarlierLedger ledger(Path startedFrom, Map<String, String> environment) throws Exception {
    Settings settings =
        Settings.resolve(
            SettingsTable.read(), home, false, environment, new Properties(), new Properties());
    return new EarlierLedger(settings, startedFrom);
  }

  @Test
  @DisplayName(
      "A ledger in the folder of the start stops it where the home folder would get an empty second one")
  void wouldBeEmpty() throws Exception {
    Path earlier = Files.writeString(elsewhere.resolve(FILE), "money");

    assertThatThrownBy(() -> ledger(elsewhere, Map.of()).check(true))
        .isInstanceOf(SettingsFault.class)
        .hasMessageStartingWith("tollroute.database.url: ")
        .hasMessageContaining(home.resolve(FILE).toString())
        .hasMessageContaining("tollroute.database.url=jdbc:sqlite:" + earlier)
        .message()
        .hasLineCount(1);
    assertThat(home.resolve(FILE)).doesNotExist();
  }

  @Test
  @DisplayName("Where both folders have a ledger the home's is used, and a line names the other")
  void both() throws Exception {
    Path earlier = Files.writeString(elsewhere.resolve(FILE), "money");
    Files.writeString(home.resolve(FILE), "money");

    try (LogLines lines = LogLines.capture()) {
      ledger(elsewhere, Map.of()).check(true);

      assertThat(lines.lines())
          .singleElement()
          .asString()
          .contains(earlier.toString(), home.toString());
    }
  }

  @Test
  @DisplayName("Nothing is said in the home folder, of an absolute ledger, or of one at PostgreSQL")
  void quiet() throws Exception {
    Files.writeString(elsewhere.resolve(FILE), "money");

    try (LogLines lines = LogLines.capture()) {
      ledger(home, Map.of()).check(true);
      ledger(elsewhere, Map.of("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("x.db")))
          .check(true);
      ledger(elsewhere, Map.of("TOLLROUTE_DATABASE_URL", "jdbc:postgresql://db/shop")).check(true);
      Path link = Files.createSymbolicLink(folder.resolve("link"), home);
      Files.writeString(home.resolve(FILE), "money");
      ledger(link, Map.of()).check(true);

      assertThat(lines.lines()).isEmpty();
    }
  }
}
