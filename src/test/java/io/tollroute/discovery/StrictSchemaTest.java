package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions for models, by the rules of OpenAI's structured outputs. */
class StrictSchemaTest {

  /** All that the mode knows, whatever the type. */
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "description",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "enum",
          "anyOf",
          "$ref",
          "$defs",
          "format",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minItems",
          "maxItems");

  private static final Set<String> FORMATS =
      Set.of("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid");

  static List<Service> services() throws Exception {
    return new ServiceFolder(Path.of("services"), "after", Providers.anybody(), List.of())
        .load()
        .services();
  }

  private static ObjectNode schema(String yaml) throws IOException {
    return (ObjectNode) new YAMLMapper().readTree(yaml);
  }

  private static ObjectNode strict(String yaml) throws IOException {
    return StrictSchema.of(schema(yaml)).orElseThrow();
  }

  /** What the mode would refuse. */
  private static List<String> faults(JsonNode schema) {
    List<String> faults = new ArrayList<>();
    schema
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                faults.add("unknown " + name);
              }
            });
    if (schema.has("format") && !FORMATS.contains(schema.path("format").asText())) {
      faults.add("format " + schema.path("format"));
    }
    if (!schema.has("type") && !schema.has("anyOf") && !schema.has("$ref") && !schema.has("enum")) {
      faults.add("no type");
    }
    if (schema.path("type").asText().equals("object") || schema.has("properties")) {
      Set<String> names = new TreeSet<>();
      schema.path("properties").fieldNames().forEachRemaining(names::add);
      Set<String> required = new TreeSet<>();
      schema.path("required").forEach(name -> required.add(name.asText()));
      if (!required.equals(names)) {
        faults.add("required " + required + " of " + names);
      }
      if (!schema.path("additionalProperties").isBoolean()
          || schema.path("additionalProperties").booleanValue()) {
        faults.add("open");
      }
    }
    schema.path("properties").forEach(each -> faults.addAll(faults(each)));
    schema.path("$defs").forEach(each -> faults.addAll(faults(each)));
    schema.path("anyOf").forEach(each -> faults.addAll(faults(each)));
    if (schema.has("items")) {
      faults.addAll(faults(schema.path("items")));
    }
    return faults;
  }

  @Test
  @DisplayName(
      "What is sold are strict functions with all that must be given, but for a few of any shape")
  void shipped() throws Exception {
    List<Service> services = services();
    List<String> free = new ArrayList<>();
    for (Service service : services) {
      Optional<ObjectNode> strict = StrictSchema.of(PlacedSchema.input(service));
      if (strict.isEmpty()) {
        free.add(service.id());
        continue;
      }
      assertThat(faults(strict.get())).as(service.id()).isEmpty();
      service
          .inputSchema()
          .path("required")
          .forEach(name -> assertThat(strict.get().path("properties").has(name.asText())).isTrue());
    }

    assertThat(free.size()).as(free.toString()).isLessThanOrEqualTo(services.size() / 20);
  }

  @Test
  @DisplayName("What may be left out may be null, and what the mode does not know is gone")
  void optional() throws Exception {
    ObjectNode strict =
        strict(
            """
            type: object
            description: All
            required: [url]
            properties:
              url: {type: string, format: uri, minLength: 1, pattern: "^https"}
              when: {type: string, format: date, description: A day}
              level: {type: number, minimum: 0, maximum: 100, default: 5}
              kind: {type: string, enum: [a, b]}
              fixed: {const: one}
              list: {type: array, minItems: 1, uniqueItems: true, items: {type: integer}}
              both: {type: [string, integer], maxLength: 3}
              narrowed: {type: string, anyOf: [{maxLength: 3}, {pattern: x}]}
              either: {oneOf: [{type: string}, {type: array, items: {type: string}}]}
            unevaluatedProperties: false
            """);

    assertThat(faults(strict)).isEmpty();
    assertThat(strict)
        .isEqualTo(
            schema(
                """
                type: object
                properties:
                  url: {type: string, description: A text in the format uri.}
                  when: {type: [string, "null"], format: date, description: A day}
                  level: {type: [number, "null"], minimum: 0, maximum: 100}
                  kind: {type: [string, "null"], enum: [a, b, null]}
                  fixed: {enum: [one, null]}
                  list: {type: [array, "null"], items: {type: integer}, minItems: 1}
                  both: {type: [string, integer, "null"]}
                  narrowed: {type: [string, "null"]}
                  either:
                    anyOf:
                      - {type: string}
                      - {type: array, items: {type: string}}
                      - {type: "null"}
                required: [url, when, level, kind, fixed, list, both, narrowed, either]
                additionalProperties: false
                description: All
                """));
  }

  @Test
  @DisplayName("Objects within are closed as well, and what refers to itself still does")
  void nested() throws Exception {
    ObjectNode strict =
        strict(
            """
            type: object
            required: [tree]
            properties:
              tree: {$ref: "#/$defs/node"}
              other: {$ref: "#/$defs/node"}
            $defs:
              node:
                type: object
                required: [name]
                properties:
                  name: {type: string, maxLength: 9}
                  children: {type: array, items: {$ref: "#/$defs/node"}}
            """);

    assertThat(faults(strict)).isEmpty();
    assertThat(strict.at("/$defs/node/properties/children/items/$ref").asText())
        .isEqualTo("#/$defs/node");
    assertThat(strict.at("/properties/other/anyOf")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{type: object}",
        "{type: object, additionalProperties: {type: string}}",
        "{type: array}",
        "{}",
        "{description: anything}",
        "{type: [object, string], properties: {}}",
        "{anyOf: [{type: string}, {type: object}]}"
      })
  @DisplayName(
      "A shape that the mode cannot say is left out where it may be, and else there is no strict function")
  void unsayable(String shape) throws Exception {
    ObjectNode optional =
        strict("type: object\nproperties:\n  a: {type: string}\n  free: " + shape + "\n");

    assertThat(faults(optional)).isEmpty();
    assertThat(optional.at("/properties/free").isMissingNode()).isTrue();
    assertThat(
            StrictSchema.of(
                schema("type: object\nrequired: [free]\nproperties:\n  free: " + shape + "\n")))
        .isEmpty();
  }
}
