package io.tollroute.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.LinedJson;
import io.tollroute.catalog.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A Kamelet: a route with parameters, which says of these what JSON Schema says.
 *
 * @param name by which it is called, as {@code kamelet:name}
 * @param settingsSchema what its parameters must be
 */
record KameletFile(String name, JsonNode settingsSchema) {

  /** Ends the name of its file, which begins with its own. */
  static final String ENDING = ".kamelet.yaml";

  private static final String BEGIN = "kamelet:source";

  /** What is said of a parameter that can be checked, and what helps whoever got it wrong. */
  private static final List<String> RULES =
      List.of(
          "type",
          "enum",
          "pattern",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "minLength",
          "maxLength",
          "items",
          "title",
          "description");

  static boolean isOne(Path file) {
    return file.toString().endsWith(ENDING);
  }

  /**
   * The Kamelet of a file; what keeps it from being called is added to {@code problems}.
   *
   * @param isSet whether the operator has set a property of Camel's
   */
  static Optional<KameletFile> read(
      Path file, LinedJson yaml, Predicate<String> isSet, List<Problem> problems) {
    JsonNode root = yaml.root();
    if (!root.path("kind").asText().equals("Kamelet")) {
      problems.add(new Problem(file, yaml.line("/kind"), "is no Kamelet"));
      return Optional.empty();
    }
    String name = root.at("/metadata/name").asText();
    if (!file.getFileName().toString().equals(name + ENDING)) {
      problems.add(
          new Problem(
              file,
              yaml.line("/metadata/name"),
              "the file of the Kamelet " + name + " must be called " + name + ENDING));
    }
    JsonNode template = root.at("/spec/template");
    JsonNode from = template.has("route") ? template.at("/route/from") : template.path("from");
    if (!from.path("uri").asText().replaceFirst("^kamelet://", "kamelet:").equals(BEGIN)) {
      problems.add(
          new Problem(
              file,
              yaml.line("/spec/template/from/uri"),
              "cannot be called: its route must begin with " + BEGIN));
    }
    return Optional.of(
        new KameletFile(
            name,
            schema(
                root.at("/spec/definition"),
                parameter -> isSet.test("camel.kamelet." + name + "." + parameter))));
  }

  private static JsonNode schema(JsonNode definition, Predicate<String> isSet) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("type", "object").put("additionalProperties", false);
    ArrayNode required = schema.putArray("required");
    definition
        .path("required")
        .forEach(
            parameter -> {
              if (!isSet.test(parameter.asText())) {
                required.add(parameter);
              }
            });
    ObjectNode properties = schema.putObject("properties");
    definition
        .path("properties")
        .properties()
        .forEach(
            parameter -> {
              ObjectNode rules = properties.putObject(parameter.getKey());
              RULES.stream()
                  .filter(parameter.getValue()::has)
                  .forEach(rule -> rules.set(rule, parameter.getValue().get(rule)));
            });
    return schema;
  }
}
