package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What many services have in common, once: the files {@code <name>.defaults.yaml}. A service that
 * says {@code defaults: <name>} has from that file what it does not say itself, and that file may
 * have defaults of its own. Its {@code parameters} say what the parameters of the input are that a
 * service has by those names.
 */
final class ServiceDefaults {

  /** How the names of such files end. */
  static final String ENDING = ".defaults.yaml";

  private static final String KEY = "defaults";
  private static final String PARAMETERS = "parameters";
  private static final String PROPERTIES = "/inputSchema/properties";

  private final Map<String, Source> files = new HashMap<>();

  /** Whether a file holds defaults, and no service. */
  static boolean holds(String fileName) {
    return fileName.endsWith(ENDING);
  }

  /** Adds a file of defaults; what is wrong with its name or form is added to the problems. */
  void add(Source source, List<Problem> problems) {
    String fileName = source.file().getFileName().toString();
    String last = fileName.substring(0, fileName.length() - ENDING.length());
    // of a ConfigMap, whose keys have no folders, a name may say where it was
    String name = last.substring(last.lastIndexOf('.') + 1);
    if (!source.root().isObject()) {
      problems.add(source.problem("", "holds no defaults: it is no object"));
    } else if (files.putIfAbsent(name, source) != null) {
      problems.add(
          source.problem("", "defaults '" + name + "' are in " + files.get(name).file() + " too"));
    }
  }

  /** The service with all that it has from others; empty when that cannot be found. */
  Optional<Source> complete(Source service, List<Problem> problems) {
    if (!service.root().isObject()) {
      return Optional.of(service);
    }
    Source whole = service;
    Source said = service;
    Set<String> seen = new LinkedHashSet<>();
    while (said.root().has(KEY)) {
      JsonNode name = said.root().get(KEY);
      Source next = files.get(name.asText());
      if (!name.isTextual() || next == null) {
        problems.add(said.problem("/defaults", "/defaults: there is no " + name.asText() + ENDING));
        return Optional.empty();
      }
      if (!seen.add(name.asText())) {
        problems.add(said.problem("/defaults", "/defaults: go round in a circle: " + seen));
        return Optional.empty();
      }
      whole = whole.over(next);
      said = next;
    }
    return Optional.of(withParameters(whole).without(KEY).without(PARAMETERS));
  }

  private static Source withParameters(Source whole) {
    Map<String, String> told = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : whole.root().at(PROPERTIES).properties()) {
      if (whole.root().path(PARAMETERS).has(property.getKey())) {
        told.put(
            LinedJson.append(PROPERTIES, property.getKey()),
            LinedJson.append("/" + PARAMETERS, property.getKey()));
      }
    }
    return whole.over(whole, told);
  }
}
