package io.tollroute.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of the project: the one place that says it is pom.xml. */
public final class PomVersion {

  private static final Pattern PLACE =
      Pattern.compile("<artifactId>tollroute</artifactId>\\s*<version>([^<]+)</version>");

  private PomVersion() {}

  /** As it stands in pom.xml. */
  public static String read() {
    try {
      Matcher matcher = PLACE.matcher(Files.readString(Path.of("pom.xml")));
      if (!matcher.find()) {
        throw new AssertionError("pom.xml has no version");
      }
      return matcher.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
