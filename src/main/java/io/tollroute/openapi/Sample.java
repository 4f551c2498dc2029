package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a value that a schema allows, of the examples in it as far as they go. It may fail at rules
 * that contradict each other, so whoever uses one looks whether it is valid.
 */
final class Sample {

  private static final int DEEPEST = 6;
  private static final int MOST_REPEATS = 20;

  private static final List<String> TEXTS =
      List.of(
          "text",
          "TEXT",
          "a",
          "A",
          "1",
          "a1",
          "A1",
          "abc-1",
          "text/text",
          "en",
          "en-US",
          "USD",
          "DE",
          "2026-01-31",
          "2026-01-31T12:00:00Z",
          "12:00",
          "1.0.0",
          "+15555550100",
          "a@example.com",
          "https://example.com/",
          "#aabbcc",
          "0x00",
          "00000000-0000-4000-8000-000000000000",
          "/a");

  private static final Map<String, String> FORMATS =
      Map.of(
          "date", "2026-01-31",
          "date-time", "2026-01-31T12:00:00Z",
          "time", "12:00:00Z",
          "duration", "PT1H",
          "email", "a@example.com",
          "hostname", "example.com",
          "ipv4", "192.0.2.1",
          "ipv6", "2001:db8::1",
          "uri", "https://example.com/",
          "uuid", "00000000-0000-4000-8000-000000000000");

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final boolean withExamples;
  private final boolean whole;

  /**
   * Samples of schemas.
   *
   * @param withExamples whether those of the document are used
   * @param whole whether members are there that need not be
   */
  Sample(boolean withExamples, boolean whole) {
    this.withExamples = withExamples;
    this.whole = whole;
  }

  /** A text that a pattern finds itself in, within the lengths of a schema. */
  static Optional<String> someText(Pattern pattern, JsonNode schema) {
    int least = schema.path("minLength").asInt(0);
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    return TEXTS.stream()
        .flatMap(text -> Stream.iterate(1, i -> i <= MOST_REPEATS, i -> i + 1).map(text::repeat))
        .filter(text -> text.length() >= least && text.length() <= most)
        .filter(text -> pattern.matcher(text).find())
        .findFirst()
        .or(
            () ->
                TEXTS.stream()
                    .filter(text -> least > 0 && least < 500 && !text.isEmpty())
                    .map(text -> text.substring(0, 1).repeat(least))
                    .filter(text -> pattern.matcher(text).find())
                    .findFirst());
  }

  /** A value for the schema. */
  JsonNode of(JsonNode schema) {
    return of(schema, 0);
  }

  private JsonNode of(JsonNode schema, int depth) {
    if (withExamples && schema.has(SchemaPort.EXAMPLE)) {
      return schema.get(SchemaPort.EXAMPLE);
    }
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      return schema.at("/enum/0");
    }
    if (schema.has("default") && !schema.get("default").isNull()) {
      return schema.get("default");
    }
    if (schema.has("allOf")) {
      return all(schema, depth);
    }
    if (schema.has("anyOf") && !schema.has("properties")) {
      return branch(schema, depth);
    }
    return switch (type(schema)) {
      case "string" -> nodes.textNode(text(schema));
      case "integer" -> number(schema, BigDecimal.ONE);
      case "number" -> number(schema, new BigDecimal("1.5"));
      case "boolean" -> nodes.booleanNode(true);
      case "array" -> array(schema, depth);
      case "null" -> nodes.nullNode();
      default -> object(schema, depth);
    };
  }

  private JsonNode branch(JsonNode schema, int depth) {
    for (JsonNode branch : schema.get("anyOf")) {
      if (!type(branch).equals("null")) {
        return of(branch, depth);
      }
    }
    return nodes.nullNode();
  }

  private JsonNode all(JsonNode schema, int depth) {
    ObjectNode together = nodes.objectNode();
    JsonNode single = object(schema, depth);
    if (single instanceof ObjectNode own) {
      together.setAll(own);
    }
    for (JsonNode part : schema.get("allOf")) {
      JsonNode value = of(part, depth);
      if (value instanceof ObjectNode object) {
        together.setAll(object);
      } else if (!type(part).equals("object")) {
        return value;
      }
    }
    return together;
  }

  /** The first type that is more than null; an object where nothing is said. */
  static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (!one.asText().equals("null")) {
          return one.asText();
        }
      }
      return "null";
    }
    return type.isTextual() ? type.textValue() : schema.has("items") ? "array" : "object";
  }

  private static String text(JsonNode schema) {
    if (schema.has("pattern")) {
      return someText(Pattern.compile(schema.get("pattern").textValue()), schema).orElse("text");
    }
    String format = FORMATS.get(schema.path("format").asText());
    if (format != null) {
      return format;
    }
    int least = schema.path("minLength").asInt(0);
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    String text = "text".repeat(Math.max(1, Math.min(least, 10_000) / 4 + 1));
    return text.substring(
        0, Math.max(0, Math.min(most, Math.max(4, Math.min(least, text.length())))));
  }

  private JsonNode number(JsonNode schema, BigDecimal usual) {
    BigDecimal value = usual;
    if (schema.path("minimum").isNumber()) {
      value = value.max(schema.get("minimum").decimalValue());
    }
    if (schema.path("exclusiveMinimum").isNumber()) {
      value = value.max(schema.get("exclusiveMinimum").decimalValue().add(BigDecimal.ONE));
    }
    if (schema.path("maximum").isNumber()) {
      value = value.min(schema.get("maximum").decimalValue());
    }
    if (schema.path("exclusiveMaximum").isNumber()) {
      value = value.min(schema.get("exclusiveMaximum").decimalValue().subtract(BigDecimal.ONE));
    }
    BigDecimal step =
        schema.path("multipleOf").isNumber()
            ? schema.get("multipleOf").decimalValue()
            : BigDecimal.ZERO;
    if (step.signum() > 0) {
      value = value.divide(step, 0, java.math.RoundingMode.CEILING).multiply(step);
    }
    boolean fits =
        value.stripTrailingZeros().scale() <= 0
            && value.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0;
    return fits ? nodes.numberNode(value.longValue()) : nodes.numberNode(value);
  }

  private JsonNode array(JsonNode schema, int depth) {
    ArrayNode array = nodes.arrayNode();
    int least = Math.min(schema.path("minItems").asInt(0), 100);
    int count = Math.max(least, whole && depth < DEEPEST ? 1 : least);
    if (schema.path("maxItems").isNumber()) {
      count = Math.min(count, schema.get("maxItems").asInt());
    }
    Set<JsonNode> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      JsonNode item = of(schema.path("items"), depth + 1);
      if (!seen.add(item) && schema.path("uniqueItems").asBoolean()) {
        item = another(schema.path("items"), i, item);
      }
      array.add(item);
    }
    return array;
  }

  private JsonNode another(JsonNode items, int i, JsonNode first) {
    if (items.path("enum").size() > i) {
      return items.get("enum").get(i);
    }
    return first.isTextual()
        ? nodes.textNode(first.textValue() + i)
        : first.isNumber() ? nodes.numberNode(first.asLong() + i) : first;
  }

  private JsonNode object(JsonNode schema, int depth) {
    ObjectNode object = nodes.objectNode();
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
      boolean there = required.contains(member.getKey()) || whole && depth < DEEPEST;
      if (there
          && depth < DEEPEST * 4
          && !(member.getValue().isBoolean() && !member.getValue().asBoolean())) {
        object.set(member.getKey(), of(member.getValue(), depth + 1));
      }
    }
    for (String name : required) {
      if (!object.has(name) && depth < DEEPEST * 4) {
        object.set(name, of(schema.path("additionalProperties"), depth + 1));
      }
    }
    return object;
  }
}
