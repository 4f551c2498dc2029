package io.tollroute.ops;

import io.tollroute.ledger.CopyContents;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.PrivateFile;
import io.tollroute.ledger.RestoreMark;
import io.tollroute.ledger.UnusableCopy;
import io.tollroute.ledger.sql.SqliteCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Puts a backup in the place of an SQLite ledger that no shop has open. What was there is kept
 * under another name, and the ledger is marked, so that no payment of meanwhile is taken again.
 */
public final class LedgerRestore {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path backup;
  private final LedgerFiles.Place place;
  private final Clock clock;

  /** Restores {@code backup} to {@code place}; the mark has the time of {@code clock}. */
  public LedgerRestore(Path backup, LedgerFiles.Place place, Clock clock) {
    this.backup = backup.toAbsolutePath().normalize();
    this.place = place;
    this.clock = clock;
  }

  /**
   * What was done.
   *
   * @param contents what the ledger knows now
   * @param replaced where the ledger is that was there before
   * @param opens whether there is a key to what is sealed in it
   */
  public record Done(CopyContents contents, Optional<Path> replaced, boolean opens) {}

  /**
   * Does it.
   *
   * @param replace whether a ledger that is there may be put aside
   * @throws Objection when a shop runs, or a ledger or another key is there; nothing was changed
   * @throws UnusableCopy when the backup is no whole ledger, or of a later release; the same
   */
  public Done restore(boolean replace) throws IOException, Objection, UnusableCopy {
    Path ledger = place.ledger();
    require(replace);
    new PrivateFile(ledger).makeFolder();
    SqliteCopy staged = new SqliteCopy(beside(ledger, ".restoring"));
    CopyContents contents;
    try {
      staged.delete();
      staged.take(backup);
      contents = staged.settle();
    } catch (IOException | UnusableCopy | RuntimeException e) {
      staged.delete();
      throw e;
    }
    // first of all: whatever comes between, what is opened next is not taken for complete
    new RestoreMark(clock.instant().getEpochSecond()).write(ledger);
    String aside = ".replaced-" + STAMP.format(clock.instant());
    Optional<Path> replaced = Optional.empty();
    if (Files.exists(ledger)) {
      replaced = Optional.of(beside(ledger, aside));
      new SqliteCopy(ledger).moveTo(replaced.get());
    }
    boolean opens = place.key().isEmpty() || restoreKey(place.key().get(), aside);
    staged.moveTo(ledger);
    return new Done(contents, replaced, opens);
  }

  private void require(boolean replace) throws Objection, IOException {
    Path ledger = place.ledger();
    if (!Files.isRegularFile(backup)) {
      throw Objection.invalid(backup + " is not there, or is no file.");
    }
    if (Files.exists(ledger)) {
      if (Files.isSameFile(backup, ledger)) {
        throw Objection.invalid(backup + " is the ledger itself.");
      }
      if (!replace) {
        throw Objection.refused(
            ledger + " is there already; --replace puts it aside under another name.");
      }
      if (SqliteCopy.isTaken(ledger)) {
        throw Objection.refused(ledger + " is open in another process; stop the shop first.");
      }
    }
    if (!replace && place.key().isPresent() && isOther(place.key().get())) {
      throw Objection.refused(
          place.key().get()
              + " is there already and is another key than the backup's; --replace puts it aside.");
    }
  }

  private boolean isOther(Path key) throws IOException {
    Path own = beside(backup, BackupFile.KEY);
    return Files.exists(own) && Files.exists(key) && Files.mismatch(own, key) >= 0;
  }

  private boolean restoreKey(Path key, String aside) throws IOException {
    Path own = beside(backup, BackupFile.KEY);
    if (isOther(key)) {
      Files.move(key, beside(key, aside));
    }
    if (Files.exists(own) && !Files.exists(key)) {
      SqliteCopy.copySmall(own, key);
    }
    return Files.exists(key);
  }

  private static Path beside(Path path, String end) {
    return path.resolveSibling(path.getFileName() + end);
  }
}
