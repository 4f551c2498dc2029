package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tollroute.catalog.LinedJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What buyers send of an operation's request, and where the API gets it. */
final class RequestDraft {

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
  private static final Set<String> SAID_OTHERWISE =
      Set.of("accept", "content-type", "authorization");

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ApiDocument document;
  private final Examples examples;
  private final Inputs inputs = new Inputs();
  private final ObjectNode settings;

  /** Says in {@code settings} what goes where. */
  RequestDraft(ApiDocument document, Examples examples, ObjectNode settings) {
    this.document = document;
    this.examples = examples;
    this.settings = settings;
  }

  /** The input that the operation's parameters and body become. */
  Inputs of(Operation operation) throws Unsellable {
    for (JsonNode parameter : parameters(operation)) {
      parameter(parameter);
    }
    body(operation);
    return inputs;
  }

  /** Those of the path, unless the operation has the same one. */
  private List<JsonNode> parameters(Operation operation) throws Unsellable {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (JsonNode list :
        List.of(operation.item().path("parameters"), operation.written().path("parameters"))) {
      for (JsonNode written : list) {
        JsonNode parameter = document.at(written);
        all.put(parameter.path("in").asText() + " " + parameter.path("name").asText(), parameter);
      }
    }
    return new ArrayList<>(all.values());
  }

  private void parameter(JsonNode parameter) throws Unsellable {
    String name = parameter.path("name").asText();
    String in = parameter.path("in").asText();
    boolean needed = parameter.path("required").asBoolean() || in.equals("path");
    if (in.equals("cookie") || in.equals("header") && !canBeSet(name)) {
      if (needed && !SAID_OTHERWISE.contains(name.toLowerCase(Locale.ROOT))) {
        throw new Unsellable("needs the " + in + " " + Texts.ascii(name, 40));
      }
      return;
    }
    boolean asJson = parameter.path("content").isObject();
    JsonNode written =
        asJson
            ? new Content(parameter.get("content"))
                .json()
                .orElseThrow(() -> new Unsellable("has a parameter that is no JSON"))
                .path("schema")
            : parameter.path("schema");
    JsonNode schema = new SchemaPort(document, SchemaPort.Side.REQUEST).port(written);
    if (schema instanceof ObjectNode object && parameter.path("description").isTextual()) {
      object.put("description", Texts.plain(parameter.get("description").textValue(), 300));
    }
    Optional<JsonNode> value =
        needed
            ? Optional.of(examples.needed(schema, parameter))
            : examples.shown(schema, parameter);
    JsonNode clean = SchemaPort.withoutExamples(schema);
    String member = inputs.add(name, clean, needed, value);
    JsonNode pointer = TextNode.valueOf(LinedJson.append("", member));
    switch (in) {
      case "path" -> {
        if (!parameter.path("style").asText("simple").equals("simple") || asJson) {
          throw new Unsellable(
              "has a path parameter of style "
                  + Texts.ascii(parameter.path("style").asText("json"), 20));
        }
        if (!member.equals(name)) {
          settings.withObject("/path").set(name, pointer);
        }
      }
      case "query" ->
          settings.withObject("/query").set(name, field(pointer, style(parameter, clean, asJson)));
      case "header" -> settings.withObject("/headers").set(name, pointer);
      default -> throw new Unsellable("has a parameter in " + Texts.ascii(in, 20));
    }
  }

  private static boolean canBeSet(String header) {
    return header.matches("[A-Za-z0-9_.-]{1,64}")
        && !SAID_OTHERWISE.contains(header.toLowerCase(Locale.ROOT));
  }

  private JsonNode field(JsonNode pointer, String style) {
    return style.equals("repeat")
        ? pointer
        : nodes.objectNode().<ObjectNode>set("from", pointer).put("style", style);
  }

  private static String style(JsonNode parameter, JsonNode schema, boolean asJson) {
    if (asJson) {
      return "json";
    }
    String type = Sample.type(schema);
    boolean object = type.equals("object") && (schema.has("properties") || schema.has("type"));
    if (!object && !type.equals("array")) {
      return "repeat";
    }
    String style = parameter.path("style").asText("form");
    boolean each = parameter.path("explode").asBoolean(style.equals("form"));
    return switch (style) {
      case "deepObject" -> "brackets";
      case "spaceDelimited" -> each ? "repeat" : "space";
      case "pipeDelimited" -> each ? "repeat" : "pipe";
      default -> each ? object ? "spread" : "repeat" : "comma";
    };
  }

  private void body(Operation operation) throws Unsellable {
    JsonNode body = document.at(operation.written().path("requestBody"));
    boolean sends = WITH_BODY.contains(operation.method());
    Content content = new Content(body.path("content"));
    if (content.isEmpty()) {
      if (sends) {
        // an API that wants no body takes an empty object, and one without a length it may not
        settings.putObject("body").putObject("object");
      }
      return;
    }
    if (!sends) {
      if (body.path("required").asBoolean()) {
        throw new Unsellable("sends a body with " + operation.method());
      }
      return;
    }
    boolean asJson = content.json().isPresent();
    JsonNode media =
        content
            .json()
            .or(content::form)
            .orElseThrow(() -> new Unsellable("takes " + content.names()));
    JsonNode schema = new SchemaPort(document, SchemaPort.Side.REQUEST).port(media.path("schema"));
    boolean needed = body.path("required").asBoolean();
    JsonNode value = examples.needed(schema, media);
    if (isPlainObject(schema)) {
      members(schema, value, asJson, media.path("encoding"));
      return;
    }
    if (!asJson) {
      throw new Unsellable("takes a form whose fields are not listed");
    }
    JsonNode clean = SchemaPort.withoutExamples(schema);
    String member = inputs.add("body", clean, needed, Optional.of(value));
    settings.put("body", LinedJson.append("", member));
  }

  private static boolean isPlainObject(JsonNode schema) {
    JsonNode further = schema.path("additionalProperties");
    return Sample.type(schema).equals("object")
        && !schema.path("type").isArray()
        && !schema.path("properties").isEmpty()
        && !schema.has("allOf")
        && !schema.has("anyOf")
        && !schema.has("minProperties")
        && (further.isMissingNode() || further.isBoolean() && !further.asBoolean());
  }

  /** The members of the body are members of the input. */
  private void members(JsonNode schema, JsonNode value, boolean asJson, JsonNode encoding) {
    Set<String> needed = new HashSet<>();
    schema.path("required").forEach(name -> needed.add(name.asText()));
    boolean alone = inputs.isEmpty();
    boolean same = true;
    ObjectNode sources = nodes.objectNode();
    for (Map.Entry<String, JsonNode> member : schema.get("properties").properties()) {
      String name = member.getKey();
      JsonNode clean = SchemaPort.withoutExamples(member.getValue().deepCopy());
      String given =
          inputs.add(name, clean, needed.contains(name), Optional.ofNullable(value.get(name)));
      same &= given.equals(name);
      JsonNode pointer = TextNode.valueOf(LinedJson.append("", given));
      sources.set(
          name, asJson ? pointer : field(pointer, style(encoding.path(name), clean, false)));
    }
    if (!asJson) {
      settings.set("form", sources);
    } else if (!alone || !same) {
      settings.putObject("body").set("object", sources);
    }
  }
}
