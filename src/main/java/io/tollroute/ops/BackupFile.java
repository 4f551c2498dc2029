package io.tollroute.ops;

import io.tollroute.ledger.CopyContents;
import io.tollroute.ledger.UnusableCopy;
import io.tollroute.ledger.sql.SqliteCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/**
 * A backup of an SQLite ledger: one file that its owner alone may read, and beside it the key with
 * which what the ledger keeps is sealed. It is whole, or not there.
 */
public final class BackupFile {

  /** What the name of the key's file ends with. */
  static final String KEY = ".key";

  private static final String DRAFT = ".part";

  private final Path file;
  private final SqliteCopy draft;

  /** The backup at {@code file}. */
  public BackupFile(Path file) {
    this.file = file.toAbsolutePath().normalize();
    this.draft = new SqliteCopy(beside(DRAFT));
  }

  /** Somebody who has to hear that the copying goes on. */
  @FunctionalInterface
  public interface Pulse {

    /** A piece was copied; throws when the rest need not be. */
    void beat() throws IOException;
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /** Why it cannot be made; empty when it can. */
  public Optional<String> objection() {
    for (Path made : List.of(file, beside(KEY))) {
      if (Files.exists(made)) {
        return Optional.of(made + " is there already; name another file");
      }
    }
    if (file.toString().indexOf('?') >= 0) {
      return Optional.of(file + ": a name with a question mark is not possible");
    }
    return Files.isDirectory(file.getParent())
        ? Optional.empty()
        : Optional.of(file.getParent() + " is not there, or is no folder");
  }

  /**
   * Copies a ledger that another process holds still.
   *
   * @param identity by which that process knows the file, or empty
   */
  public void copyHeld(Path ledger, String identity, Pulse pulse) throws IOException {
    if (!Files.isReadable(ledger)) {
      throw new IOException(
          ledger
              + " cannot be read here; run this on the machine (or in the container) of the shop, as"
              + " its user");
    }
    String found =
        String.valueOf(Files.readAttributes(ledger, BasicFileAttributes.class).fileKey());
    if (!identity.isEmpty() && !identity.equals(found)) {
      throw new IOException(
          ledger + " is not the file that the shop has open; run this where the shop runs");
    }
    draft.take(ledger, pulse::beat);
  }

  /**
   * Copies a ledger that no process has open.
   *
   * @return false when one has
   */
  public boolean copyClosed(Path ledger) throws IOException {
    return draft.takeClosed(ledger);
  }

  /**
   * Looks whether the copy is whole, and gives it and the key their names.
   *
   * @throws UnusableCopy when the copy is not what the ledger was
   */
  public CopyContents finish(Optional<Path> key) throws IOException, UnusableCopy {
    try {
      CopyContents contents = draft.settle();
      if (key.isPresent()) {
        SqliteCopy.copySmall(key.get(), beside(KEY));
      }
      draft.moveTo(file);
      return contents;
    } catch (IOException | UnusableCopy | RuntimeException e) {
      giveUp();
      Files.deleteIfExists(beside(KEY));
      throw e;
    }
  }

  /** Leaves nothing of a copy that was begun. */
  public void giveUp() throws IOException {
    draft.delete();
  }

  private Path beside(String end) {
    return file.resolveSibling(file.getFileName() + end);
  }
}
