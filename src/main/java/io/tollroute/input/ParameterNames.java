package io.tollroute.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * The names that a schema gives to parameters, in whatever part of it.
 *
 * @param known the names
 * @param any whether it takes names that it does not list
 */
record ParameterNames(Set<String> known, boolean any) {

  /** The names of a schema. */
  static ParameterNames of(JsonNode schema) {
    Set<String> known = new HashSet<>();
    boolean patterns = schema.findValue("patternProperties") != null;
    JsonNode others = schema.path("additionalProperties");
    collect(schema, known);
    return new ParameterNames(
        Set.copyOf(known), patterns || others.isObject() || others.asBoolean());
  }

  private static void collect(JsonNode schema, Set<String> known) {
    schema.path("properties").fieldNames().forEachRemaining(known::add);
    schema.forEach(part -> collect(part, known));
  }

  /** Whether a parameter may have the name. */
  boolean has(String name) {
    return any || known.contains(name);
  }
}
