package io.tollroute.ops;

import io.tollroute.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * What the JVM writes down of the classes when it ends, for faster starts. It writes the beginning
 * of the file last, and neither uses nor replaces a file that was cut off before that, or that was
 * written with other jars: such a one would make every start slower for good.
 */
public final class ClassArchive {

  /** Names the file that the JVM was given; without it there is none, or somebody else's. */
  static final String PROPERTY = Settings.CLASS_ARCHIVE;

  /** Stands behind the archive's name: the jars with which it was, or will be, written. */
  static final String JARS = ".jars";

  private static final int BEGINNING = 4;

  private ClassArchive() {}

  /**
   * Removes the file that {@code system} names, if its beginning is missing or if it was written
   * with other jars than this process has; the JVM then makes it anew at the end of a later one.
   */
  public static void removeUseless(Properties system) {
    String named = system.getProperty(PROPERTY, "");
    if (named.isEmpty()) {
      return;
    }
    Path file = Path.of(named);
    try {
      boolean others = noteJars(file, jars(system.getProperty("java.class.path", "")));
      if (Files.isRegularFile(file) && (others || isCutOff(file))) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // asked for here only: to make loggers takes longer than all else that a command does
      LoggerFactory.getLogger(ClassArchive.class)
          .warn("{} is of no use, slows every start and cannot be removed", file);
    }
  }

  private static boolean isCutOff(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      byte[] beginning = content.readNBytes(BEGINNING);
      return beginning.length < BEGINNING || Arrays.equals(beginning, new byte[BEGINNING]);
    }
  }

  /** Writes down the jars of this process, and says whether they are others than before. */
  private static boolean noteJars(Path archive, String jars) throws IOException {
    Path note = archive.resolveSibling(archive.getFileName() + JARS);
    if (Files.isRegularFile(note) && Files.readString(note).equals(jars)) {
      return false;
    }
    if (Files.isDirectory(archive.toAbsolutePath().getParent())) {
      Files.writeString(note, jars);
    }
    return true;
  }

  /** As the JVM tells jars apart: by name, size and time, in their order. */
  private static String jars(String classPath) throws IOException {
    StringBuilder jars = new StringBuilder();
    for (String entry : classPath.split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (Files.isRegularFile(jar)) {
        jars.append(jar)
            .append(' ')
            .append(Files.size(jar))
            .append(' ')
            .append(Files.getLastModifiedTime(jar).toMillis())
            .append('\n');
      }
    }
    return jars.toString();
  }
}
