package io.tollroute.httpjson;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BiConsumer;

/** How a list or an object is written as parameters of a query or a form (OpenAPI's styles). */
enum Style {
  REPEAT,
  COMMA,
  SPACE,
  PIPE,
  SPREAD,
  BRACKETS,
  JSON;

  private static final int DEEPEST = 20;

  static Style of(JsonNode field) {
    return field.has("style")
        ? valueOf(field.get("style").textValue().toUpperCase(Locale.ROOT))
        : REPEAT;
  }

  /** Gives each pair of name and value that {@code value} becomes to {@code pairs}. */
  void write(String name, JsonNode value, BiConsumer<String, String> pairs) {
    if (this == JSON) {
      pairs.accept(name, value.toString());
    } else if (!value.isContainerNode()) {
      pairs.accept(name, text(value));
    } else {
      switch (this) {
        case COMMA -> pairs.accept(name, joined(value, ","));
        case SPACE -> pairs.accept(name, joined(value, " "));
        case PIPE -> pairs.accept(name, joined(value, "|"));
        case BRACKETS -> brackets(name, value, 0, pairs);
        default -> each(name, value, pairs);
      }
    }
  }

  private void each(String name, JsonNode value, BiConsumer<String, String> pairs) {
    if (this == SPREAD && value.isObject()) {
      value.properties().forEach(m -> pairs.accept(m.getKey(), text(m.getValue())));
    } else if (value.isObject()) {
      pairs.accept(name, value.toString());
    } else {
      value.forEach(item -> pairs.accept(name, text(item)));
    }
  }

  private static void brackets(
      String name, JsonNode value, int depth, BiConsumer<String, String> pairs) {
    if (!value.isContainerNode() || depth == DEEPEST) {
      pairs.accept(name, text(value));
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(m -> brackets(name + "[" + m.getKey() + "]", m.getValue(), depth + 1, pairs));
    } else {
      value.forEach(item -> brackets(name + "[]", item, depth + 1, pairs));
    }
  }

  /** A list's items, or an object's names and values. */
  static String joined(JsonNode value, String between) {
    StringJoiner all = new StringJoiner(between);
    if (value.isObject()) {
      value.properties().forEach(m -> all.add(m.getKey()).add(text(m.getValue())));
    } else {
      value.forEach(item -> all.add(text(item)));
    }
    return all.toString();
  }

  /** A value as it stands in an address or a header; numbers keep their digits. */
  static String text(JsonNode value) {
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
