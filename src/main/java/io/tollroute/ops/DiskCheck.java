package io.tollroute.ops;

import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether there is room where the ledger's file is, and where temporary files are. */
final class DiskCheck implements Check {

  private static final String NAME = "disk";
  private static final long MIB = 1L << 20;

  /** With less the ledger, or the driver of its database, will fail within the hour. */
  private static final long LEAST = 32 * MIB;

  /** As much as some hundred thousand charges take. */
  private static final long LITTLE = 512 * MIB;

  private static final long LEAST_TEMPORARY = 64 * MIB;

  private final Settings settings;
  private final Path temporary;
  private final Room room;

  /** How much may be written below a folder, in bytes. */
  @FunctionalInterface
  interface Room {

    /**
     * Asks the disk.
     *
     * @throws IOException when it does not say
     */
    long below(Path folder) throws IOException;
  }

  /** Looks at the disks themselves. */
  DiskCheck(Settings settings, Path temporary) {
    this(settings, temporary, folder -> Files.getFileStore(folder).getUsableSpace());
  }

  /** Looks at what {@code room} says of them. */
  DiskCheck(Settings settings, Path temporary, Room room) {
    this.settings = settings;
    this.temporary = temporary;
    this.room = room;
  }

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    settings
        .ledgerFile(settings.home())
        .flatMap(DiskCheck::folder)
        .ifPresent(folder -> findings.add(judged(folder, LEAST, LITTLE, "the ledger")));
    folder(temporary.resolve("any"))
        .ifPresent(
            folder -> findings.add(judged(folder, LEAST / 4, LEAST_TEMPORARY, "temporary files")));
    return findings;
  }

  /** The nearest folder above a file that is there. */
  private static Optional<Path> folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    while (folder != null && !Files.isDirectory(folder)) {
      folder = folder.getParent();
    }
    return Optional.ofNullable(folder);
  }

  private Finding judged(Path folder, long least, long little, String what) {
    long bytes;
    try {
      bytes = room.below(folder);
    } catch (IOException e) {
      return Finding.skip(NAME, "how much room " + folder + " has cannot be told");
    }
    String found = bytes / MIB + " MiB for " + what + " in " + folder;
    if (bytes < least) {
      return Finding.fail(NAME, "only " + found, "make room now; a full disk stops all sales");
    }
    return bytes < little
        ? Finding.warn(NAME, "only " + found, "make room before it is needed")
        : Finding.ok(NAME, found);
  }
}
