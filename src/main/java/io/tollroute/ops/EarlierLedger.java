package io.tollroute.ops;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relative ledger stood in the folder from which the program was started, before it stood in the
 * home folder. One that is still there is never passed over in silence: it may know of money.
 */
final class EarlierLedger {

  private static final Logger LOG = LoggerFactory.getLogger(EarlierLedger.class);
  private static final String URL = "tollroute.database.url";

  private final Settings settings;
  private final Path startedFrom;

  EarlierLedger(Settings settings, Path startedFrom) {
    this.settings = settings;
    this.startedFrom = startedFrom;
  }

  /**
   * Looks for it.
   *
   * @param money whether it would be of real money; play money is only told of
   * @throws SettingsFault when there is one and the home folder has none, so that a second, empty
   *     one would be made
   */
  void check(boolean money) throws SettingsFault, IOException {
    Optional<Path> earlier =
        settings.ledgerFile(startedFrom.toAbsolutePath()).filter(Files::isRegularFile);
    Optional<Path> now = settings.ledgerFile(settings.home());
    if (earlier.isEmpty()
        || now.equals(earlier)
        || Files.exists(now.get()) && Files.isSameFile(now.get(), earlier.get())) {
      return;
    }
    String found =
        URL
            + ": a relative file stands in the home folder, so the ledger is "
            + now.get()
            + "; there is another one in the folder that this was started from, "
            + earlier.get();
    if (money && !Files.exists(now.get())) {
      throw new SettingsFault(
          List.of(
              found
                  + ". Move it with the files beside it (.key, -wal, -shm), or set "
                  + URL
                  + "=jdbc:sqlite:"
                  + earlier.get()));
    }
    LOG.warn("{}, which is not used", found);
  }
}
