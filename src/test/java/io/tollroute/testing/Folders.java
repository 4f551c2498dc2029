package io.tollroute.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Copies of the product's own folders, for a test to change. */
public final class Folders {

  /** The services folder with the first service alone, which most tests buy. */
  public static final Path FIRST_SERVICE = Path.of("src/test/services").toAbsolutePath();

  private Folders() {}

  /** Copies folders of the project's to a home; of the services the first alone. */
  public static void furnish(Path home, String... parts) throws IOException {
    for (String part : parts) {
      copy(part.equals("services") ? FIRST_SERVICE : Path.of(part), home.resolve(part));
    }
  }

  /** Copies {@code from} with all that is in it to {@code to}. */
  public static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return to;
  }

  /** Replaces the one place where {@code before} stands in a file. */
  public static void edit(Path file, String before, String after) throws IOException {
    String text = Files.readString(file);
    int at = text.indexOf(before);
    if (at < 0 || text.indexOf(before, at + 1) >= 0) {
      throw new IllegalArgumentException("'" + before + "' is not once in " + file);
    }
    Files.writeString(file, text.replace(before, after));
  }
}
