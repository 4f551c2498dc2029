package io.tollroute.crash;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What serve needs of version 0.1.0 as it was with step 17 of the schema, packed by {@code
 * .ci/earlier-release}. It runs with the libraries of now.
 */
final class EarlierRelease {

  /** The newest step of the schema that it knows. */
  static final int SCHEMA = 17;

  private static final String ARCHIVE = "/earlier/tollroute-0.1.0.zip.gz";

  private final Path home;

  private EarlierRelease(Path home) {
    this.home = home;
  }

  /** Unpacks it. */
  static EarlierRelease unpacked() throws IOException {
    Path home = Path.of("target", "crash", "earlier").toAbsolutePath();
    delete(home);
    try (InputStream packed = EarlierRelease.class.getResourceAsStream(ARCHIVE);
        ZipInputStream zip =
            new ZipInputStream(new GZIPInputStream(new BufferedInputStream(packed)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = home.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
    return new EarlierRelease(home);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(folder)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }

  /** Its home folder. */
  Path home() {
    return home;
  }

  /** Its classes. */
  Path classes() {
    return home.resolve("classes");
  }
}
