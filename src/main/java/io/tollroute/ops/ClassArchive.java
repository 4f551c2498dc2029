package io.tollroute.ops;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the JVM writes down of the classes when it ends, for faster starts. It writes the beginning
 * of the file last, and neither uses nor replaces a file that was cut off before that: such a one
 * would make every start slower for good.
 */
public final class ClassArchive {

  /** Names the file that the JVM was given; without it there is none, or somebody else's. */
  static final String PROPERTY = "tollroute.archive";

  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
  private static final int BEGINNING = 4;

  private ClassArchive() {}

  /** Removes the file that {@code system} names, if its beginning is missing. */
  public static void removeCutOff(Properties system) {
    String named = system.getProperty(PROPERTY, "");
    if (named.isEmpty()) {
      return;
    }
    Path file = Path.of(named);
    try {
      if (Files.isRegularFile(file) && isCutOff(file)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warn("{} was cut off, slows every start and cannot be removed", file);
    }
  }

  private static boolean isCutOff(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      byte[] beginning = content.readNBytes(BEGINNING);
      return beginning.length < BEGINNING || Arrays.equals(beginning, new byte[BEGINNING]);
    }
  }
}
