package io.tollroute.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A page of the documentation and the files that stand in it: a name, a colon, and the text between
 * fences.
 */
public final class Page {

  private static final Pattern FILE =
      Pattern.compile("^`([^`\n]+)`:\n\n```[a-z]+\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private final String text;
  private final Map<String, String> files = new LinkedHashMap<>();

  /** Reads a page below {@code docs/}. */
  public Page(String name) throws IOException {
    text = Files.readString(Path.of("docs", name));
    FILE.matcher(text).results().forEach(file -> files.put(file.group(1), file.group(2)));
  }

  /** The whole page. */
  public String text() {
    return text;
  }

  /** What stands in the page under this name. */
  public String file(String name) {
    if (!files.containsKey(name)) {
      throw new IllegalArgumentException("the page has no " + name + " but " + files.keySet());
    }
    return files.get(name);
  }

  /** Writes a file of the page to its place below {@code home}, edited for the test. */
  public Path write(String name, Path home, UnaryOperator<String> edit) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, edit.apply(file(name)));
  }

  /** Writes a file of the page to its place below {@code home}, as it stands there. */
  public Path write(String name, Path home) throws IOException {
    return write(name, home, text -> text);
  }
}
