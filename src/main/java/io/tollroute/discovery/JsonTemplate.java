package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** A JSON document whose texts have holes, written in YAML among the resources of this room. */
final class JsonTemplate {

  private final JsonNode document;
  private final Map<String, TextTemplate> texts = new HashMap<>();

  private JsonTemplate(JsonNode document) {
    this.document = document;
    learn(document);
  }

  /** One of the resources. */
  static JsonTemplate read(String name) {
    try {
      return new JsonTemplate(
          new YAMLMapper().readTree(TextTemplate.read(JsonTemplate.class, name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document of a resource that has no holes. */
  static ObjectNode plain(String name) {
    return read(name).with(Map.of());
  }

  /** A new document with {@code facts} in its texts; what is filled in stays a text. */
  ObjectNode with(Map<String, ?> facts) {
    return (ObjectNode) filled(document, facts);
  }

  private void learn(JsonNode node) {
    if (node.isTextual() && node.textValue().contains("{{")) {
      texts.computeIfAbsent(node.textValue(), TextTemplate::plain);
    }
    node.forEach(this::learn);
  }

  private JsonNode filled(JsonNode node, Map<String, ?> facts) {
    if (node instanceof ObjectNode object) {
      ObjectNode filled = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(field -> filled.set(field.getKey(), filled(field.getValue(), facts)));
      return filled;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode filled = JsonNodeFactory.instance.arrayNode(array.size());
      array.forEach(each -> filled.add(filled(each, facts)));
      return filled;
    }
    TextTemplate text = node.isTextual() ? texts.get(node.textValue()) : null;
    return text == null ? node : TextNode.valueOf(text.with(facts));
  }
}
