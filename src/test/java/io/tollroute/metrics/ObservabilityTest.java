package io.tollroute.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The alarms, what is to be done when they ring, and the dashboard. */
class ObservabilityTest {

  private static List<JsonNode> alerts() throws Exception {
    return StreamSupport.stream(Queries.rules().at("/groups/0/rules").spliterator(), false)
        .toList();
  }

  private static Set<String> names() throws Exception {
    return alerts().stream()
        .map(alert -> alert.path("alert").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  @DisplayName("an alarm says how bad it is, what has happened and where it stands what to do")
  void complete() throws Exception {
    assertThat(alerts()).hasSizeGreaterThan(10);
    for (JsonNode alert : alerts()) {
      String name = alert.path("alert").asText();
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.at("/annotations/summary").asText()).as(name).hasSizeGreaterThan(20);
      assertThat(alert.at("/annotations/runbook").asText())
          .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  @DisplayName("the runbook tells of every alarm what it means, what it costs and what to type")
  void runbook() throws Exception {
    String page = Files.readString(Path.of("docs", "runbook.md"));
    Set<String> told = new TreeSet<>();
    for (MatchResult entry :
        Pattern.compile("(?m)^## (\\w+)\\n((?:(?!^## )[\\s\\S])*)")
            .matcher(page)
            .results()
            .toList()) {
      told.add(entry.group(1));
      assertThat(entry.group(2))
          .as(entry.group(1))
          .contains("**Means:**", "**Costs:**", "**Type:**");
    }

    assertThat(told).isEqualTo(names());
  }

  @Test
  @DisplayName("what the runbook has somebody look for in the log is written there")
  void greps() throws Exception {
    String runbook = Files.readString(Path.of("docs", "runbook.md"));
    String log = Files.readString(Path.of("docs", "log.md"));
    List<String> sought =
        Pattern.compile("grep '([^']+)' LOG")
            .matcher(runbook)
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(sought).hasSizeGreaterThan(3);
    for (String words : sought) {
      assertThat(log).contains("| `" + words.replaceFirst("^alert=", ""));
    }
  }

  @Test
  @DisplayName("the Prometheus Operator gets the same alarms")
  void operator() throws Exception {
    JsonNode resource =
        new YAMLMapper().readTree(Queries.FOLDER.resolve("prometheusrule.yaml").toFile());

    assertThat(resource.at("/spec/groups")).isEqualTo(Queries.rules().path("groups"));
    assertThat(resource.path("apiVersion").asText()).isEqualTo("monitoring.coreos.com/v1");
  }

  @Test
  @DisplayName("every alarm is tried with recorded series: silent, ringing, silent again")
  void tried() throws Exception {
    JsonNode tests =
        new YAMLMapper()
            .readTree(Queries.FOLDER.resolve("tollroute.rules.test.yaml").toFile())
            .path("tests");
    Set<String> tried = new TreeSet<>();
    for (JsonNode test : tests) {
      String name = test.path("name").asText();
      tried.add(name);
      JsonNode looks = test.path("alert_rule_test");
      assertThat(looks.findValuesAsText("alertname")).containsOnly(name);
      assertThat(looks.path(0).has("exp_alerts")).as(name).isFalse();
      assertThat(looks.path(1).path("exp_alerts")).as(name).isNotEmpty();
      assertThat(looks.path(2).has("eval_time")).as(name).isTrue();
      assertThat(looks.path(2).has("exp_alerts")).as(name).isFalse();
    }

    assertThat(tried).isEqualTo(names());
  }

  @ParameterizedTest
  @CsvSource({"check, tollroute.rules.yaml", "test, tollroute.rules.test.yaml"})
  @DisplayName("Prometheus' own tool finds the alarms right, where it is installed")
  void promtool(String work, String file) throws Exception {
    Optional<Path> promtool =
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(promtool.isPresent(), "promtool is not installed");

    Process process =
        new ProcessBuilder(promtool.get().toString(), work, "rules", file)
            .directory(Queries.FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("SUCCESS");
  }

  @Test
  @DisplayName("the dashboard shows every metric that is documented, each panel with what it is")
  void dashboard() throws Exception {
    JsonNode panels = Queries.dashboard().path("panels");
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : panels) {
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.path("description").asText()).as(panel.toString()).isNotBlank();
        assertThat(panel.path("targets")).isNotEmpty();
      }
    }
    Set<String> shown = new TreeSet<>();
    for (JsonNode query : panels.findValues("expr")) {
      Pattern.compile("tollroute_[a-z_]+")
          .matcher(query.asText())
          .results()
          .map(found -> found.group().replaceFirst("_seconds_(bucket|sum|count)$", "_seconds"))
          .forEach(shown::add);
    }
    String page = Files.readString(Path.of("docs", "metrics.md"));
    Set<String> documented =
        Pattern.compile("(?m)^\\| `(tollroute_[a-z_]+)`")
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(shown).isEqualTo(documented);
  }
}
