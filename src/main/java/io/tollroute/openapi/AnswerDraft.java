package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What buyers get of an operation's answer. */
final class AnswerDraft {

  /** What is sold, and what it looks like. */
  record Answer(JsonNode schema, JsonNode example) {}

  /** No Content and Reset Content (RFC 9110). */
  private static final Set<String> NOTHING = Set.of("204", "205");

  private static final int LONGEST_EXAMPLE = 20_000;

  /** From the fullest to the barest. */
  private static final List<Sample> SAMPLES =
      List.of(new Sample(true, true), new Sample(false, true), new Sample(false, false));

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ApiDocument document;
  private final Examples examples;
  private final boolean any;

  /**
   * Reads the answers of {@code document}.
   *
   * @param any whether an answer of which nothing is said is JSON of any shape
   */
  AnswerDraft(ApiDocument document, Examples examples, boolean any) {
    this.document = document;
    this.examples = examples;
    this.any = any;
  }

  /** The answer, with what is to be made of it in {@code settings}. */
  Answer of(Operation operation, ObjectNode settings) throws Unsellable {
    JsonNode responses = operation.written().path("responses");
    JsonNode response = response(responses);
    if (response.path("content").isEmpty()) {
      if (isNothing(responses)) {
        throw new Unsellable("answers with nothing");
      }
      if (!any) {
        throw new Unsellable("says nothing of its answer (see --any-answer)");
      }
      return new Answer(nodes.objectNode(), nodes.objectNode());
    }
    Content content = new Content(response.path("content"));
    JsonNode media =
        content.json().orElseThrow(() -> new Unsellable("answers with " + content.names()));
    content
        .unusualJson()
        .ifPresent(type -> settings.putArray("mediaTypes").add(type).add("application/json"));
    JsonNode schema = new SchemaPort(document, SchemaPort.Side.ANSWER).port(media.path("schema"));
    if (schema.isBoolean()) {
      schema = nodes.objectNode();
    }
    boolean single = isSingle(schema);
    if (single) {
      settings.putObject("data").putObject("object").put("value", "");
      schema =
          nodes
              .objectNode()
              .put("type", "object")
              .set("properties", nodes.objectNode().set("value", schema));
    }
    List<JsonNode> candidates = new ArrayList<>();
    for (JsonNode example : examples.of(media)) {
      candidates.add(single ? nodes.objectNode().set("value", example) : example);
    }
    for (Sample sample : SAMPLES) {
      candidates.add(sample.of(schema));
    }
    candidates.removeIf(
        value -> !value.isContainerNode() || value.toString().length() > LONGEST_EXAMPLE);
    Optional<JsonNode> fitting = examples.allowed(schema, candidates);
    if (fitting.isPresent()) {
      return new Answer(SchemaPort.withoutExamples(schema), fitting.get());
    }
    // no example meets it, so it is not a schema to promise
    JsonNode shown = candidates.isEmpty() ? nodes.objectNode() : candidates.get(0);
    return new Answer(nodes.objectNode().put("type", shown.isArray() ? "array" : "object"), shown);
  }

  /** Whether an answer has no body, by its status. */
  private static boolean isNothing(JsonNode responses) {
    List<String> good =
        responses.properties().stream()
            .map(Map.Entry::getKey)
            .filter(status -> status.startsWith("2") || status.equals("default"))
            .toList();
    return !good.isEmpty() && NOTHING.containsAll(good);
  }

  private static boolean isSingle(JsonNode schema) {
    if (schema.has("anyOf")) {
      for (JsonNode branch : schema.get("anyOf")) {
        if (!isSingle(branch)) {
          return false;
        }
      }
      return !schema.has("properties");
    }
    return Set.of("string", "integer", "number", "boolean", "null").contains(Sample.type(schema));
  }

  private JsonNode response(JsonNode responses) throws Unsellable {
    List<String> good = new ArrayList<>();
    responses.properties().forEach(status -> good.add(status.getKey()));
    good.removeIf(status -> !status.matches("2([0-9]{2}|XX|xx)"));
    good.sort(String::compareTo);
    for (String status : good) {
      JsonNode response = document.at(responses.get(status));
      if (!response.path("content").isEmpty()) {
        return response;
      }
    }
    return good.isEmpty() ? document.at(responses.path("default")) : nodes.objectNode();
  }
}
