package io.tollroute.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A link in a page of the repository")
class LinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  @DisplayName("leads to a file that there is, and to a heading that it has")
  void targets() throws Exception {
    List<String> broken = new ArrayList<>();
    List<Path> pages = pages();
    for (Path page : pages) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        String target = link.group(1);
        if (!target.contains(":") && !leadsSomewhere(page, target)) {
          broken.add(page + ": " + target);
        }
      }
    }
    assertThat(pages).hasSizeGreaterThan(15);
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String target) throws Exception {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1
        || !file.toString().endsWith(".md")
        || HEADING
            .matcher(Files.readString(file))
            .results()
            .map(heading -> anchor(heading.group(1)))
            .anyMatch(parts[1]::equals);
  }

  /** As the usual hosts make it of a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
  }

  private static List<Path> pages() throws Exception {
    try (Stream<Path> top = Files.list(Path.of(""));
        Stream<Path> docs = Files.list(Path.of("docs"));
        Stream<Path> others = Stream.of("bench/README.md", "interop/README.md").map(Path::of)) {
      return Stream.of(top, docs, others)
          .flatMap(paths -> paths)
          .filter(path -> path.toString().endsWith(".md"))
          .toList();
    }
  }
}
