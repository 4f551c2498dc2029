package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The words by which the operator's monitor knows what happened. */
class AlertWordsTest {

  private static final Pattern RAISED = Pattern.compile("alert=([a-z_]+)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");

  @Test
  @DisplayName("Every alert that code or routes can raise stands in docs/log.md, and no other")
  void documented() throws Exception {
    Set<String> raised = new TreeSet<>();
    for (String folder : List.of("src/main/java", "src/main/resources", "routes")) {
      for (Path file : files(Path.of(folder))) {
        raised.addAll(found(RAISED, Files.readString(file)));
      }
    }
    Set<String> told = found(ROW, Files.readString(Path.of("docs", "log.md")));

    assertThat(raised).hasSizeGreaterThan(10).isEqualTo(told);
  }

  @Test
  @DisplayName("An alert is written as one word in one place, so that it can be found")
  void in_one_piece() throws Exception {
    for (Path file : files(Path.of("src/main/java"))) {
      assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern("alert=[^a-z]");
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> words = new TreeSet<>();
    pattern.matcher(text).results().map((MatchResult hit) -> hit.group(1)).forEach(words::add);
    return words;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(java|yaml|properties)")).toList();
    }
  }
}
