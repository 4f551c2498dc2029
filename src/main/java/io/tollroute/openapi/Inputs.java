package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** The members of a service's input, as they come together. */
final class Inputs {

  private static final Pattern MEMBER = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ObjectNode properties = nodes.objectNode();
  private final ArrayNode required = nodes.arrayNode();
  private final ObjectNode example = nodes.objectNode();

  /** Adds a member; returns the name under which it is in the input. */
  String add(String wanted, JsonNode schema, boolean needed, Optional<JsonNode> value) {
    String clean =
        MEMBER.matcher(wanted).matches()
            ? wanted
            : Texts.slug(wanted.replaceAll("([a-z0-9])([A-Z])", "$1$2"), 50).replace('-', '_');
    String name = MEMBER.matcher(clean).matches() ? clean : "p_" + clean;
    String free = name;
    for (int i = 2; properties.has(free); i++) {
      free = name + "_" + i;
    }
    properties.set(free, schema);
    if (needed) {
      required.add(free);
    }
    if (value.isPresent()) {
      example.set(free, value.get());
    }
    return free;
  }

  ObjectNode schema() {
    ObjectNode schema = nodes.objectNode();
    schema.put("type", "object");
    schema.set("properties", properties);
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  /** An input that the schema takes. */
  ObjectNode example() {
    return example;
  }

  boolean isEmpty() {
    return properties.isEmpty();
  }
}
