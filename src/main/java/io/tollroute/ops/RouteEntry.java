package io.tollroute.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One entry of a route file, as it is written.
 *
 * @param line where it begins
 * @param kind what it is: route, from, templatedRoute, routeTemplate, routeConfiguration, ...
 * @param node what stands below the kind
 */
record RouteEntry(Path file, int line, String kind, JsonNode node) {

  static final String ROUTE = "route";
  static final String FROM = "from";
  static final String TEMPLATED = "templatedRoute";
  static final String TEMPLATE = "routeTemplate";
  static final String CONFIGURATION = "routeConfiguration";
  static final String KAMELET = "kamelet";

  /** Whether it is a route by itself. */
  boolean isRoute() {
    return kind.equals(ROUTE) || kind.equals(FROM) || kind.equals(TEMPLATED);
  }

  /** The id of the route, if it has been given one. */
  Optional<String> id() {
    return Optional.of(node.path(kind.equals(TEMPLATED) ? "routeId" : "id").asText())
        .filter(id -> !id.isEmpty());
  }

  /** Where a route, a template or a Kamelet begins. */
  JsonNode from() {
    if (kind.equals(FROM)) {
      return node;
    }
    JsonNode route = node.has("route") ? node.get("route") : node;
    return route.path(FROM);
  }

  @Override
  public String toString() {
    return file + ":" + line;
  }
}
