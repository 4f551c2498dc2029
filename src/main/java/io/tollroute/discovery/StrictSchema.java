package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON Schema as the strict mode of OpenAI's function calling takes it: objects are closed, all
 * their keys required, those that may be left out may be null, and nothing stands in it that the
 * mode does not know. What is taken away only allows more, and an input is held against the whole
 * schema all the same; a key that is null was left out.
 */
final class StrictSchema {

  private static final String TYPE = "type";
  private static final String ENUM = "enum";
  private static final String ANY_OF = "anyOf";
  private static final String DESCRIPTION = "description";
  private static final String PROPERTIES = "properties";
  private static final String REF = "$ref";
  private static final String DEFS = "$defs";
  private static final String NULL = "null";

  private static final Map<String, List<String>> KEPT =
      Map.of(
          "number",
          List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
          "integer",
          List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
          "array",
          List.of("minItems", "maxItems"));

  private static final Set<String> FORMATS =
      Set.of("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid");

  private StrictSchema() {}

  /**
   * The schema of a function's parameters; empty where a key that must be given has a shape that
   * the mode cannot say, such as an object with any keys. Such keys are left out where they may be.
   */
  static Optional<ObjectNode> of(ObjectNode schema) {
    Optional<ObjectNode> strict = object(schema);
    JsonNode definitions = schema.path(DEFS);
    if (strict.isPresent() && !definitions.isEmpty()) {
      ObjectNode all = strict.get().putObject(DEFS);
      for (Map.Entry<String, JsonNode> definition : definitions.properties()) {
        Optional<ObjectNode> one = value(definition.getValue(), false);
        if (one.isEmpty()) {
          return Optional.empty();
        }
        all.set(definition.getKey(), one.get());
      }
    }
    return strict;
  }

  private static Optional<ObjectNode> value(JsonNode schema, boolean mayBeNull) {
    if (schema.has(REF)) {
      ObjectNode reference = node();
      reference.set(REF, schema.get(REF));
      return Optional.of(mayBeNull ? either(List.of(reference), true) : reference);
    }
    Optional<ObjectNode> strict =
        // beside a type they only narrow it
        !schema.has(TYPE) && (schema.has(ANY_OF) || schema.has("oneOf"))
            ? alternatives(schema, mayBeNull)
            : schema.has("const") || schema.has(ENUM)
                ? Optional.of(oneOf(schema, mayBeNull))
                : typed(schema, mayBeNull);
    strict.ifPresent(made -> describe(made, schema));
    return strict;
  }

  private static Optional<ObjectNode> alternatives(JsonNode schema, boolean mayBeNull) {
    List<ObjectNode> alternatives = new ArrayList<>();
    for (JsonNode each : schema.path(schema.has(ANY_OF) ? ANY_OF : "oneOf")) {
      Optional<ObjectNode> one = value(each, false);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      alternatives.add(one.get());
    }
    return Optional.of(either(alternatives, mayBeNull));
  }

  private static ObjectNode either(List<ObjectNode> alternatives, boolean orNull) {
    ObjectNode strict = node();
    ArrayNode anyOf = strict.putArray(ANY_OF).addAll(alternatives);
    if (orNull) {
      anyOf.addObject().put(TYPE, NULL);
    }
    return strict;
  }

  private static ObjectNode oneOf(JsonNode schema, boolean mayBeNull) {
    ObjectNode strict = node();
    types(schema).ifPresent(types -> strict.set(TYPE, written(types, mayBeNull)));
    ArrayNode values = strict.putArray(ENUM);
    if (schema.has("const")) {
      values.add(schema.get("const"));
    } else {
      schema.get(ENUM).forEach(values::add);
    }
    if (mayBeNull) {
      values.addNull();
    }
    return strict;
  }

  private static Optional<ObjectNode> typed(JsonNode schema, boolean mayBeNull) {
    Optional<List<String>> types = types(schema);
    if (types.isEmpty()) {
      return Optional.empty();
    }
    boolean orNull = mayBeNull || types.get().contains(NULL);
    List<String> others = types.get().stream().filter(type -> !type.equals(NULL)).toList();
    if (others.contains("object") || others.contains("array")) {
      if (others.size() > 1) {
        return Optional.empty();
      }
      Optional<ObjectNode> made = others.contains("object") ? object(schema) : array(schema);
      made.ifPresent(strict -> strict.set(TYPE, written(others, orNull)));
      return made;
    }
    ObjectNode strict = node();
    strict.set(TYPE, written(others, orNull));
    others.forEach(type -> keep(strict, schema, KEPT.getOrDefault(type, List.of())));
    if (FORMATS.contains(schema.path("format").asText())) {
      strict.set("format", schema.get("format"));
    }
    return Optional.of(strict);
  }

  private static Optional<ObjectNode> array(JsonNode schema) {
    return value(schema.path("items"), false)
        .map(
            items -> {
              ObjectNode strict = node().put(TYPE, "array");
              strict.set("items", items);
              keep(strict, schema, KEPT.get("array"));
              return strict;
            });
  }

  private static Optional<ObjectNode> object(JsonNode schema) {
    if (!schema.has(PROPERTIES)) {
      boolean empty = schema.path("additionalProperties").isBoolean();
      return empty && !schema.path("additionalProperties").booleanValue()
          ? Optional.of(closed(node(), List.of()))
          : Optional.empty();
    }
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    ObjectNode properties = node();
    for (Map.Entry<String, JsonNode> property : schema.path(PROPERTIES).properties()) {
      boolean optional = !required.contains(property.getKey());
      Optional<ObjectNode> strict = value(property.getValue(), optional);
      if (strict.isPresent()) {
        properties.set(property.getKey(), strict.get());
      } else if (!optional) {
        return Optional.empty();
      }
    }
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    ObjectNode strict = closed(properties, names);
    describe(strict, schema);
    return Optional.of(strict);
  }

  private static ObjectNode closed(ObjectNode properties, List<String> names) {
    ObjectNode strict = node().put(TYPE, "object");
    strict.set(PROPERTIES, properties);
    names.forEach(strict.putArray("required")::add);
    return strict.put("additionalProperties", false);
  }

  private static Optional<List<String>> types(JsonNode schema) {
    JsonNode type = schema.path(TYPE);
    if (type.isTextual()) {
      return Optional.of(List.of(type.textValue()));
    }
    List<String> types = type.valueStream().map(JsonNode::asText).toList();
    return types.isEmpty() ? Optional.empty() : Optional.of(types);
  }

  private static JsonNode written(List<String> types, boolean orNull) {
    List<String> all = new ArrayList<>(types);
    if (orNull && !all.contains(NULL)) {
      all.add(NULL);
    }
    if (all.size() == 1) {
      return JsonNodeFactory.instance.textNode(all.get(0));
    }
    ArrayNode several = JsonNodeFactory.instance.arrayNode();
    all.forEach(several::add);
    return several;
  }

  private static void keep(ObjectNode strict, JsonNode schema, List<String> names) {
    names.stream().filter(schema::has).forEach(name -> strict.set(name, schema.get(name)));
  }

  private static void describe(ObjectNode strict, JsonNode schema) {
    String format = schema.path("format").asText();
    if (schema.has(DESCRIPTION)) {
      strict.set(DESCRIPTION, schema.get(DESCRIPTION));
    } else if (!format.isEmpty() && !strict.has("format")) {
      strict.put(DESCRIPTION, "A text in the format " + format + ".");
    }
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }
}
