package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tollroute.catalog.Service;
import java.util.Set;

/** A service's JSON Schemas, as they can stand within other documents. */
final class PlacedSchema {

  private static final String REF = "$ref";

  /** Beside these, a closed list of properties would refuse what they name. */
  private static final Set<String> NAMING_ELSEWHERE =
      Set.of("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", REF);

  private PlacedSchema() {}

  /** What a request body must meet; other keys than it names are refused and said to be. */
  static ObjectNode input(Service service) {
    ObjectNode schema = service.closedInputSchema().deepCopy();
    boolean closable = NAMING_ELSEWHERE.stream().noneMatch(schema::has);
    if (closable && !schema.has("additionalProperties")) {
      schema.remove("unevaluatedProperties");
      schema.put("additionalProperties", false);
    }
    return bare(schema);
  }

  /** What an answer meets, with all that is known of it. */
  static ObjectNode output(Service service) {
    return bare(service.detailed().schema().deepCopy());
  }

  /** The same schema at {@code pointer} of another document: its references lead there. */
  static ObjectNode at(String pointer, ObjectNode schema) {
    place(schema, "#" + pointer);
    return schema;
  }

  /** A JSON Pointer to {@code keys} (RFC 6901), within a URL's fragment. */
  static String pointer(String... keys) {
    StringBuilder pointer = new StringBuilder();
    for (String key : keys) {
      pointer.append('/').append(key.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  private static ObjectNode bare(ObjectNode schema) {
    schema.remove("$schema");
    return schema;
  }

  private static void place(JsonNode node, String root) {
    if (node instanceof ObjectNode object) {
      String ref = object.path(REF).asText();
      if (ref.equals("#") || ref.startsWith("#/")) {
        object.set(REF, TextNode.valueOf(root + ref.substring(1)));
      }
    }
    node.forEach(child -> place(child, root));
  }
}
