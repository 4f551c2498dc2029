package io.tollroute.ops;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.Problem;
import io.tollroute.settings.SettingsFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different in the route files.
 *
 * @param coming routes that are new or not as before, by file
 * @param leaving names of routes that are gone or not as before
 */
record RouteChange(Map<Path, Set<String>> coming, Set<String> leaving) {

  /** What stands around the routes of its file. */
  private record Around(String kind, JsonNode node) {}

  /**
   * The way from one set of files to another.
   *
   * @throws SettingsFault naming each line with a difference that takes effect only with a start
   */
  static RouteChange between(RouteFiles before, RouteFiles after) throws SettingsFault {
    List<Problem> problems = new ArrayList<>();
    around(before, after, problems);
    Map<String, RouteEntry> old = named(before, after, problems);
    Map<String, RouteEntry> now = named(after, before, problems);
    Map<Path, Set<String>> coming = new LinkedHashMap<>();
    now.forEach(
        (name, entry) -> {
          if (!isSame(entry, old.get(name))) {
            coming.computeIfAbsent(entry.file(), none -> new LinkedHashSet<>()).add(name);
          }
        });
    Set<String> leaving = new LinkedHashSet<>();
    old.forEach(
        (name, entry) -> {
          if (!isSame(entry, now.get(name))) {
            leaving.add(name);
          }
        });
    if (!problems.isEmpty()) {
      throw new SettingsFault(problems.stream().map(Problem::toString).distinct().toList());
    }
    return new RouteChange(coming, leaving);
  }

  /** Whether all routes are as they were. */
  boolean isNone() {
    return coming.isEmpty() && leaving.isEmpty();
  }

  private static boolean isSame(RouteEntry one, RouteEntry other) {
    return other != null && one.kind().equals(other.kind()) && one.node().equals(other.node());
  }

  private static Map<String, RouteEntry> named(
      RouteFiles files, RouteFiles others, List<Problem> problems) {
    Map<String, RouteEntry> named = new LinkedHashMap<>();
    for (RouteEntry entry : files.entries()) {
      if (!entry.isRoute()) {
        continue;
      }
      if (entry.id().isPresent()) {
        named.put(entry.id().get(), entry);
      } else if (others.entries().stream().noneMatch(other -> isSame(entry, other))) {
        problems.add(
            problem(entry, "a route without an id cannot come or go while the shop is open"));
      }
    }
    return named;
  }

  /** Templates, configurations, objects: routes that stand as they did are made of them. */
  private static void around(RouteFiles before, RouteFiles after, List<Problem> problems) {
    List<Around> old = around(before);
    List<Around> now = around(after);
    for (RouteEntry entry : after.entries()) {
      if (!entry.isRoute() && !old.contains(new Around(entry.kind(), entry.node()))) {
        problems.add(later(entry));
      }
    }
    for (RouteEntry entry : before.entries()) {
      if (!entry.isRoute() && !now.contains(new Around(entry.kind(), entry.node()))) {
        boolean changed = problems.stream().anyMatch(told -> told.file().equals(entry.file()));
        if (!changed) {
          problems.add(later(entry));
        }
      }
    }
  }

  private static List<Around> around(RouteFiles files) {
    return files.entries().stream()
        .filter(entry -> !entry.isRoute())
        .map(entry -> new Around(entry.kind(), entry.node()))
        .toList();
  }

  private static Problem later(RouteEntry entry) {
    return problem(entry, "another " + entry.kind() + " takes effect with the next start only");
  }

  private static Problem problem(RouteEntry entry, String reason) {
    return new Problem(entry.file(), entry.line(), reason);
  }
}
