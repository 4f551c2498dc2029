package io.tollroute.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.catalog.Problem;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must be so of the route files before terms are sent: Camel would find most of it out with
 * the first call, when somebody has paid.
 */
final class RouteRules {

  private static final Pattern OPEN = Pattern.compile("\\$\\{([^}]*)}|\\{\\{[^}]*}}");

  private final Path folder;
  private final Map<String, Set<String>> values;

  /**
   * Rules for the files of a folder.
   *
   * @param values what the variables of the corridor can be, by the name that stands in {@code
   *     ${variable.name}}
   */
  RouteRules(Path folder, Map<String, Set<String>> values) {
    this.folder = folder;
    this.values = values;
  }

  /**
   * Lets files pass in which every call finds a route.
   *
   * @throws SettingsFault naming each file and line that does not
   */
  void check(RouteFiles files) throws SettingsFault, IOException {
    List<Problem> problems = new ArrayList<>(files.problems());
    unique(files.ids(), "the id '%s' is there already, in %s", problems);
    unique(files.served(), "%s is served already, in %s", problems);
    calls(files, problems);
    files
        .unknownConfigurations()
        .forEach(
            named ->
                problems.add(
                    named.problem("no route file has the routeConfiguration " + named.name())));
    shipped(files, problems);
    refuse(problems);
  }

  /**
   * Lets files pass that refer to objects there are.
   *
   * @throws SettingsFault naming each file and line that does not
   */
  static void checkBeans(RouteFiles files, Set<String> known) throws SettingsFault {
    refuse(
        files.beans().stream()
            .filter(bean -> !known.contains(bean.name()))
            .map(bean -> bean.problem("there is no object of the name " + bean.name()))
            .toList());
  }

  /**
   * Lets files pass in which nobody outside comes round the corridor.
   *
   * @param paid addresses behind which work is done that is paid for
   * @throws SettingsFault naming each file and line at which a way to one of them begins
   */
  static void checkGate(RouteFiles files, Set<String> paid) throws SettingsFault {
    refuse(new UnpaidPaths(files).problems(paid));
  }

  private static void refuse(List<Problem> problems) throws SettingsFault {
    if (!problems.isEmpty()) {
      throw new SettingsFault(
          problems.stream()
              .sorted(Comparator.comparing(Problem::file).thenComparingInt(Problem::line))
              .map(Problem::toString)
              .distinct()
              .toList());
    }
  }

  private static void unique(List<RouteFiles.Named> names, String reason, List<Problem> problems) {
    Map<String, RouteFiles.Named> first = new HashMap<>();
    for (RouteFiles.Named named : names) {
      RouteFiles.Named earlier = first.putIfAbsent(named.name(), named);
      if (earlier != null) {
        problems.add(named.problem(reason.formatted(named.name(), earlier)));
      }
    }
  }

  /** One line for each address that nobody serves, where it is called first. */
  private void calls(RouteFiles files, List<Problem> problems) {
    Map<String, RouteFiles.Named> missing = new LinkedHashMap<>();
    for (RouteFiles.Named call : files.calls()) {
      for (String address : addresses(call.name())) {
        boolean served =
            OPEN.matcher(address).find() ? someIsLike(files, address) : files.isServed(address);
        if (!served) {
          missing.putIfAbsent(address, call);
        }
      }
    }
    missing.forEach(
        (address, call) -> problems.add(call.problem("no route file serves " + address)));
  }

  /** The addresses that an address with variables can become, as far as these are known. */
  private List<String> addresses(String written) {
    Matcher open = OPEN.matcher(written);
    while (open.find()) {
      Set<String> known = values.getOrDefault(String.valueOf(open.group(1)), Set.of());
      if (!known.isEmpty()) {
        String variable = open.group();
        return known.stream()
            .sorted()
            .flatMap(value -> addresses(written.replace(variable, value)).stream())
            .toList();
      }
    }
    return List.of(written);
  }

  private static boolean someIsLike(RouteFiles files, String address) {
    StringBuilder like = new StringBuilder();
    Matcher open = OPEN.matcher(address);
    int from = 0;
    while (open.find()) {
      like.append(Pattern.quote(address.substring(from, open.start()))).append(".+");
      from = open.end();
    }
    Pattern pattern =
        Pattern.compile(like.append(Pattern.quote(address.substring(from))).toString());
    return files.served().stream().anyMatch(route -> pattern.matcher(route.name()).matches());
  }

  private void shipped(RouteFiles files, List<Problem> problems) throws IOException {
    try (InputStream table = RouteRules.class.getResourceAsStream("/routes.yaml")) {
      for (Map.Entry<String, JsonNode> row : new YAMLMapper().readTree(table).properties()) {
        Path file = folder.resolve(row.getKey());
        List<String> missing = new ArrayList<>();
        row.getValue().forEach(id -> missing.add(id.textValue()));
        missing.removeIf(id -> files.route(id).isPresent());
        if (!missing.isEmpty()) {
          problems.add(
              new Problem(
                  file,
                  0,
                  Files.exists(file)
                      ? "has no route " + String.join(", ", missing)
                      : "is missing, and with it " + String.join(", ", missing)));
        }
      }
    }
  }
}
