package io.tollroute.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the alarms and the dashboard ask Prometheus. */
final class Queries {

  static final Path FOLDER = Path.of("k8s", "observability");

  private static final Pattern METRIC =
      Pattern.compile("\\b((?:tollroute|jvm|process|system|camel)_[a-z_]+)(\\{[^}]*})?");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");

  /** Labels that Prometheus adds. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job", "le");

  private Queries() {}

  /**
   * A metric in a query.
   *
   * @param labels the names of the labels that it is asked by
   */
  record Asked(String metric, Set<String> labels, String query) {}

  static JsonNode rules() throws IOException {
    return new YAMLMapper().readTree(FOLDER.resolve("tollroute.rules.yaml").toFile());
  }

  static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
  }

  static List<String> all() throws IOException {
    List<String> queries = new ArrayList<>();
    rules().findValues("expr").forEach(query -> queries.add(query.asText()));
    dashboard().findValues("expr").forEach(query -> queries.add(query.asText()));
    return queries;
  }

  static List<Asked> asked() throws IOException {
    List<Asked> asked = new ArrayList<>();
    for (String query : all()) {
      Set<String> grouped = new TreeSet<>();
      GROUPED
          .matcher(query)
          .results()
          .forEach(found -> grouped.addAll(List.of(found.group(1).split(", *"))));
      for (MatchResult found : METRIC.matcher(query).results().toList()) {
        Set<String> labels = new TreeSet<>(grouped);
        if (found.group(2) != null) {
          LABEL.matcher(found.group(2)).results().forEach(label -> labels.add(label.group(1)));
        }
        labels.removeAll(OF_PROMETHEUS);
        asked.add(new Asked(found.group(1), labels, query));
      }
    }
    return asked;
  }
}
