package io.tollroute.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Says of a ledger that it was restored from a backup, and so does not know what was paid since.
 *
 * @param at seconds since the epoch: when it was restored; what was paid later it knows
 */
public record RestoreMark(long at) {

  /** What the name of the file with the mark ends with; it stands beside the ledger's. */
  public static final String END = ".restored";

  /**
   * A time as {@code 2026-11-28T10:00:00Z}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static RestoreMark of(String time) {
    try {
      return new RestoreMark(Instant.parse(time.strip()).getEpochSecond());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no time like 2026-11-28T10:00:00Z", e);
    }
  }

  /**
   * The mark of the ledger in this file, if it has one.
   *
   * @throws IOException when it has one that cannot be read
   */
  public static Optional<RestoreMark> beside(Path ledger) throws IOException {
    Path mark = file(ledger);
    if (!Files.exists(mark)) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(Files.readString(mark)));
    } catch (IllegalArgumentException e) {
      throw new IOException(mark + " holds " + e.getMessage(), e);
    }
  }

  /** Marks the ledger in this file, whether it is there already or not. */
  public void write(Path ledger) throws IOException {
    Path draft = ledger.resolveSibling(ledger.getFileName() + END + ".new");
    Files.deleteIfExists(draft);
    new PrivateFile(draft).make();
    Files.writeString(draft, Instant.ofEpochSecond(at) + "\n");
    Files.move(draft, file(ledger), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Where the mark of a ledger stands. */
  public static Path file(Path ledger) {
    return ledger.resolveSibling(ledger.getFileName() + END);
  }
}
