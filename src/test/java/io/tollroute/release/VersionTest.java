package io.tollroute.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.PomVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The version")
class VersionTest {

  private static final String VERSION = PomVersion.read();

  /** tollroute:1.2.3, tollroute-1.2.3: of what is built here. */
  private static final Pattern MENTION = Pattern.compile("\\btollroute[:-](\\d+\\.\\d+\\.\\d+)");

  @ParameterizedTest(name = "in {0} is the one of pom.xml")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server.json                     | "version": "([^"]+)"
          k8s/base/kustomization.yaml     | newTag: (\\S+)
          k8s/helm/tollroute/Chart.yaml   | (?m)^version: (\\S+)
          k8s/helm/tollroute/Chart.yaml   | (?m)^appVersion: "([^"]+)"
          bench/java/pom.xml              | <version>([^<]+)</version>
          CHANGELOG.md                    | (?m)^## (\\S+)
          """)
  void places(Path file, String place) throws Exception {
    Matcher matcher = Pattern.compile(place).matcher(Files.readString(file));
    assertThat(matcher.find()).as("%s in %s", place, file).isTrue();
    assertThat(matcher.group(1)).isEqualTo(VERSION);
  }

  @Test
  @DisplayName("is the same wherever a page or a manifest names what is built here")
  void mentions() throws Exception {
    Set<String> found = new TreeSet<>();
    for (String folder : List.of("docs", "k8s", "README.md", "CONTRIBUTING.md", "SECURITY.md")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Matcher matcher = MENTION.matcher(Files.readString(file));
          while (matcher.find()) {
            found.add(matcher.group(1));
          }
        }
      }
    }
    assertThat(found).containsExactly(VERSION);
  }
}
