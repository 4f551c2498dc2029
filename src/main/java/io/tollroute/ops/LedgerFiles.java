package io.tollroute.ops;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Where {@code serve} would keep an SQLite ledger and its key. */
public final class LedgerFiles {

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;

  /** Reads what a start from {@code home} would read. */
  public LedgerFiles(Path home, Map<String, String> environment, Properties system) {
    this.home = home;
    this.environment = environment;
    this.system = system;
  }

  /**
   * The two places.
   *
   * @param ledger the file
   * @param key the file of its key, unless the settings hold the key
   */
  public record Place(Path ledger, Optional<Path> key) {}

  /**
   * Where they are, or will be; nowhere with PostgreSQL.
   *
   * @throws SettingsFault when the settings cannot be read
   */
  public Optional<Place> place() throws SettingsFault {
    Settings settings;
    try {
      settings =
          StartSettings.of(
              Application.Mode.SERVE,
              home,
              environment,
              system,
              StartSettings.propertiesFile(home));
    } catch (IOException e) {
      throw new SettingsFault(
          List.of("conf/application.properties cannot be read: " + e.getMessage()));
    }
    Optional<Path> key = settings.ledgerKeyFile();
    return settings.ledgerFile(settings.home()).map(ledger -> new Place(ledger, key));
  }
}
