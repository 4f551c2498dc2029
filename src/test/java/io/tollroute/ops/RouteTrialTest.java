package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.OwnProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What `routes validate` says, before a file is put in place. */
class RouteTrialTest {

  private static final String MINE =
      """
      - route:
          id: mine
          from:
            uri: direct:mine
            steps:
              - %s
      """;

  @TempDir private Path folder;
  private OwnProvider own;

  @BeforeEach
  void furnish() throws Exception {
    own = new OwnProvider(folder).service("mine", "direct:mine");
  }

  private List<String> faults() throws Exception {
    return new RouteTrial(
            Application.Mode.SANDBOX,
            Path.of("").toAbsolutePath(),
            own.settings(),
            new Properties(),
            Clock.systemUTC())
        .faults(Optional.empty());
  }

  @Test
  @DisplayName("Nothing is said of files that would be taken up")
  void well() throws Exception {
    own.route("mine", MINE.formatted("setBody:\n            constant: '{}'"));

    assertThat(faults()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          to: direct:nowhere          | mine.camel.yaml:6: no route file serves direct:nowhere
          to: nosuch:thing            | mine.camel.yaml:2: route mine: No endpoint could be found for: nosuch
          delayed: 5                  | mine.camel.yaml:6: Unknown node id: delayed
          process: {ref: nobody}      | mine.camel.yaml:6: there is no object of the name nobody
          setBody: {simple: '${a.[b'} | mine.camel.yaml
          'to: [direct:mine'          | mine.camel.yaml
          """)
  @DisplayName("A fault is told with its line, also one that only Camel knows of")
  void broken(String step, String line) throws Exception {
    own.route("mine", MINE.formatted(step));

    assertThat(faults()).isNotEmpty().first().asString().contains(line);
  }

  @Test
  @DisplayName("A service of which nobody does the work any more is told of")
  void unserved() throws Exception {
    own.route("mine", MINE.formatted("log: x").replace("direct:mine", "direct:other"));

    assertThat(faults()).isNotEmpty().allMatch(fault -> fault.contains("direct:mine"));
  }
}
