package io.tollroute.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * PostgreSQL's programs, unpacked from Maven's repository once, whoever else unpacks them at the
 * same time. What takes them for unpacked looks at each file by itself and never mends one that is
 * cut off, so they are unpacked aside, tried, and only then put in their place.
 */
public final class PostgresBinaries {

  private final Path folder;

  /** Keeps them in a folder of the build's own. */
  public PostgresBinaries(Path folder) {
    this.folder = folder;
  }

  /**
   * The working directory for {@link EmbeddedPostgres.Builder#setOverrideWorkingDirectory}.
   *
   * @throws IOException if they cannot be unpacked, or do not run
   */
  public File unpacked() throws IOException {
    synchronized (PostgresBinaries.class) {
      Path unpacked = folder.resolve("unpacked");
      if (!Files.exists(unpacked)) {
        Files.createDirectories(folder);
        try (FileChannel file =
                FileChannel.open(
                    folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = file.lock()) {
          if (held.isValid() && !Files.exists(unpacked)) {
            unpack(unpacked);
          }
        }
      }
      return unpacked.toFile();
    }
  }

  private void unpack(Path place) throws IOException {
    Path aside = folder.resolve("unpacking");
    delete(aside);
    Files.createDirectories(aside);
    server(aside.toFile(), aside.resolve("data")).start().close();
    Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A server, with its data in a folder, that needs nothing of the machine's temporary folder. */
  public static EmbeddedPostgres.Builder server(File unpacked, Path data) {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(unpacked)
        .setDataDirectory(data)
        .setLocaleConfig("locale", "C")
        .setServerConfig("unix_socket_directories", "");
  }

  /** Deletes a folder with all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
