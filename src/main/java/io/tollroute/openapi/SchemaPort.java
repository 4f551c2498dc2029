package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Brings a schema of an OpenAPI document into the form in which a service file holds one: JSON
 * Schema 2020-12 without references. What cannot be said so is left out, so that the schema allows
 * more than the document's and never less: a schema that contains itself goes on as anything, and
 * so does one that has become too large.
 */
final class SchemaPort {

  /** Whether what only answers hold is in it, or what only requests do. */
  enum Side {
    REQUEST("readOnly", 800),
    ANSWER("writeOnly", 400);

    private final String others;
    private final int mostParts;

    Side(String others, int mostParts) {
      this.others = others;
      this.mostParts = mostParts;
    }
  }

  /** Where an example stays until it has been used: whatever the document's author wrote. */
  static final String EXAMPLE = "x-example";

  private static final int LONGEST_TEXT = 300;
  private static final int MOST_DEPTH = 30;
  private static final int MOST_DIGITS = 100;

  private static final List<String> AS_THEY_ARE =
      List.of(
          "const",
          "default",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "uniqueItems",
          "minProperties",
          "maxProperties");

  private static final Set<String> FORMATS =
      Set.of(
          "date",
          "date-time",
          "time",
          "duration",
          "email",
          "hostname",
          "ipv4",
          "ipv6",
          "uri",
          "uuid");

  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "array", "object", "null");

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ApiDocument document;
  private final Side side;
  private final Deque<String> within = new ArrayDeque<>();
  private int left;

  SchemaPort(ApiDocument document, Side side) {
    this.document = document;
    this.side = side;
    this.left = side.mostParts;
  }

  /** The schema as it can be written. */
  JsonNode port(JsonNode schema) throws Unsellable {
    if (schema.isMissingNode() || schema.isBoolean()) {
      return schema.isBoolean() ? schema : nodes.objectNode();
    }
    if (!schema.isObject()) {
      throw new Unsellable("has a schema that is none");
    }
    if (--left < 0 || within.size() > MOST_DEPTH) {
      return anything(schema);
    }
    if (schema.path("$ref").isTextual()) {
      return referred(schema, schema.get("$ref").textValue());
    }
    return written(schema);
  }

  private JsonNode referred(JsonNode schema, String reference) throws Unsellable {
    if (within.contains(reference)) {
      return anything(document.at(schema));
    }
    within.push(reference);
    try {
      JsonNode target = document.target(reference);
      if (target.path("$ref").isTextual()) {
        document.at(schema);
      }
      JsonNode ported = port(target);
      if (ported instanceof ObjectNode object && schema.path("description").isTextual()) {
        object.put("description", Texts.plain(schema.get("description").textValue(), LONGEST_TEXT));
      }
      return ported;
    } finally {
      within.pop();
    }
  }

  private ObjectNode anything(JsonNode schema) {
    ObjectNode any = nodes.objectNode();
    type(schema, any);
    describe(schema, any);
    return any;
  }

  private ObjectNode written(JsonNode schema) throws Unsellable {
    ObjectNode out = nodes.objectNode();
    type(schema, out);
    describe(schema, out);
    AS_THEY_ARE.stream().filter(schema::has).forEach(key -> out.set(key, schema.get(key)));
    list(schema, out);
    bounds(schema, out, "minimum", "exclusiveMinimum");
    bounds(schema, out, "maximum", "exclusiveMaximum");
    if (isUsual(schema.path("multipleOf"))) {
      out.set("multipleOf", schema.get("multipleOf"));
    }
    if (FORMATS.contains(schema.path("format").asText())) {
      out.set("format", schema.get("format"));
    }
    pattern(schema, out);
    members(schema, out);
    if (schema.has("items") && !schema.get("items").isArray()) {
      out.set("items", port(schema.get("items")));
    }
    branches(schema, "allOf", "allOf", out);
    branches(schema, "anyOf", "anyOf", out);
    // of branches that were cut more than one may fit
    branches(schema, "oneOf", out.has("anyOf") ? "" : "anyOf", out);
    example(schema).ifPresent(value -> out.set(EXAMPLE, value));
    return out;
  }

  /** The document's own example of what a schema describes. */
  static Optional<JsonNode> example(JsonNode schema) {
    if (schema.has("example")) {
      return Optional.of(schema.get("example"));
    }
    return schema.path("examples").isArray() && !schema.path("examples").isEmpty()
        ? Optional.of(schema.at("/examples/0"))
        : Optional.empty();
  }

  private void type(JsonNode schema, ObjectNode out) {
    ArrayNode types = nodes.arrayNode();
    JsonNode type = schema.path("type");
    (type.isArray() ? type : nodes.arrayNode().add(type))
        .forEach(
            one -> {
              if (TYPES.contains(one.asText())) {
                types.add(one);
              }
            });
    if (types.isEmpty()) {
      return;
    }
    if (schema.path("nullable").asBoolean()) {
      types.add("null");
    }
    out.set("type", types.size() == 1 ? types.get(0) : types);
  }

  private void describe(JsonNode schema, ObjectNode out) {
    String text =
        Texts.plain(schema.path("description").asText(schema.path("title").asText()), LONGEST_TEXT);
    if (!text.isEmpty()) {
      out.put("description", text);
    }
  }

  private void list(JsonNode schema, ObjectNode out) {
    if (!schema.path("enum").isArray() || schema.path("enum").isEmpty()) {
      return;
    }
    ArrayNode values = nodes.arrayNode();
    Set<JsonNode> seen = new HashSet<>();
    schema
        .get("enum")
        .forEach(
            value -> {
              if (seen.add(value)) {
                values.add(value);
              }
            });
    if (schema.path("nullable").asBoolean() && seen.add(nodes.nullNode())) {
      values.addNull();
    }
    out.set("enum", values);
  }

  /** OpenAPI 3.0 says by a truth that a bound is exclusive, 2020-12 by the bound itself. */
  private static void bounds(JsonNode schema, ObjectNode out, String bound, String exclusive) {
    JsonNode strict = schema.path(exclusive);
    if (isUsual(strict)) {
      out.set(exclusive, strict);
    }
    if (isUsual(schema.path(bound))) {
      out.set(strict.asBoolean() && strict.isBoolean() ? exclusive : bound, schema.get(bound));
    }
  }

  /** To reckon with a number of a billion digits takes longer than anybody waits. */
  private static boolean isUsual(JsonNode number) {
    return number.isNumber() && Math.abs(number.decimalValue().scale()) <= MOST_DIGITS;
  }

  private static void pattern(JsonNode schema, ObjectNode out) {
    if (!schema.path("pattern").isTextual()) {
      return;
    }
    try {
      Pattern pattern = Pattern.compile(schema.get("pattern").textValue());
      boolean known =
          schema.has("enum")
              || example(schema).filter(value -> pattern.matcher(value.asText()).find()).isPresent()
              || Sample.someText(pattern, schema).isPresent();
      if (known) {
        out.set("pattern", schema.get("pattern"));
      }
    } catch (PatternSyntaxException e) {
      // not one that can be checked here
    }
  }

  private void members(JsonNode schema, ObjectNode out) throws Unsellable {
    Set<String> leftOut = new HashSet<>();
    if (schema.path("properties").isObject()) {
      ObjectNode members = nodes.objectNode();
      for (Map.Entry<String, JsonNode> member : schema.get("properties").properties()) {
        if (member.getValue().path(side.others).asBoolean()) {
          leftOut.add(member.getKey());
        } else {
          members.set(member.getKey(), port(member.getValue()));
        }
      }
      out.set("properties", members);
    }
    if (schema.path("required").isArray()) {
      ArrayNode required = nodes.arrayNode();
      Set<String> seen = new HashSet<>(leftOut);
      schema
          .get("required")
          .forEach(
              name -> {
                if (name.isTextual() && seen.add(name.textValue())) {
                  required.add(name);
                }
              });
      if (!required.isEmpty()) {
        out.set("required", required);
      }
    }
    if (schema.has("additionalProperties")) {
      JsonNode further = port(schema.get("additionalProperties"));
      // what was left out of it may still come
      if (!(further.isBoolean() && !further.asBoolean() && !leftOut.isEmpty())) {
        out.set("additionalProperties", further);
      }
    }
  }

  private void branches(JsonNode schema, String from, String to, ObjectNode out) throws Unsellable {
    JsonNode list = schema.path(from);
    if (to.isEmpty() || !list.isArray() || list.isEmpty()) {
      return;
    }
    ArrayNode branches = nodes.arrayNode();
    for (JsonNode branch : list) {
      branches.add(port(branch));
    }
    if (!to.equals("allOf") && schema.path("nullable").asBoolean()) {
      branches.addObject().put("type", "null");
    }
    out.set(to, branches);
  }

  /**
   * The schema without the examples that were kept in it; short ones stay, for whoever reads it.
   */
  static JsonNode withoutExamples(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      JsonNode example = object.remove(EXAMPLE);
      for (String name : object.properties().stream().map(Map.Entry::getKey).toList()) {
        if (name.equals("properties")) {
          object.get(name).forEach(SchemaPort::withoutExamples);
        } else if (!Set.of("enum", "const", "default", "required", "examples").contains(name)) {
          withoutExamples(object.get(name));
        }
      }
      if (example != null
          && example.isValueNode()
          && !example.isNull()
          && !object.has("enum")
          && example.asText().length() <= 80) {
        object.putArray("examples").add(example);
      }
    } else if (schema.isArray()) {
      schema.forEach(SchemaPort::withoutExamples);
    }
    return schema;
  }
}
