package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * The part of JSON Schema that the strict modes of models take. What is taken away only allows
 * more, and the corridor holds the input against the whole schema all the same.
 */
final class PortableSchema {

  private static final Set<String> REFUSED =
      Set.of(
          "$schema",
          "$comment",
          "format",
          "contentMediaType",
          "contentEncoding",
          "contentSchema",
          "minLength",
          "maxLength",
          "uniqueItems",
          "minContains",
          "maxContains",
          "contains",
          "minProperties",
          "maxProperties",
          "patternProperties",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties",
          "dependentRequired",
          "dependentSchemas");

  /** Keys whose value names schemas, so that {@code format} below them is a name. */
  private static final Set<String> NAMING = Set.of("properties", "$defs", "definitions");

  /** Keys whose value is data and no schema. */
  private static final Set<String> DATA =
      Set.of("enum", "const", "default", "examples", "required");

  private PortableSchema() {}

  /** Takes away what some strict mode refuses, at every depth. */
  static void strip(ObjectNode schema) {
    String format = schema.path("format").asText();
    if (!format.isEmpty() && !schema.has("description")) {
      schema.put("description", "A text in the format " + format + ".");
    }
    schema.remove(REFUSED);
    for (var part : schema.properties()) {
      if (NAMING.contains(part.getKey())) {
        part.getValue().forEach(PortableSchema::stripAny);
      } else if (!DATA.contains(part.getKey())) {
        stripAny(part.getValue());
      }
    }
  }

  private static void stripAny(JsonNode part) {
    if (part instanceof ObjectNode schema) {
      strip(schema);
    } else {
      part.forEach(PortableSchema::stripAny);
    }
  }
}
