package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tollroute.catalog.LinedJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes a service file of one operation. */
final class Drafting {

  private static final Pattern MEMBER = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
  private static final Pattern JSON =
      Pattern.compile("(application|text)/([a-z0-9.+-]+\\+)?json", Pattern.CASE_INSENSITIVE);
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
  private static final Set<String> SAID_OTHERWISE =
      Set.of("accept", "content-type", "authorization");
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int MOST_TAGS = 5;
  private static final int LONGEST_DESCRIPTION = 600;

  private final JsonNodeFactory nodes = JsonNodeFactory.withExactBigDecimals(true);
  private final SchemaCheck check = new SchemaCheck();
  private final ApiDocument document;
  private final Securing securing;
  private final String price;

  /** Drafts of {@code document}, each at {@code price} dollars. */
  Drafting(ApiDocument document, String price) {
    this.document = document;
    this.securing = new Securing(document);
    this.price = price;
  }

  /**
   * The service that an operation becomes.
   *
   * @param id what it is to be called
   * @param base where the API is, without a slash at the end
   * @throws Unsellable when it cannot be sold by a file alone
   */
  Draft draft(String id, String base, Operation operation) throws Unsellable {
    if (!operation.written().path("callbacks").isEmpty()) {
      throw new Unsellable("answers later, by callbacks");
    }
    ObjectNode settings = nodes.objectNode();
    settings.put("url", base + operation.path());
    settings.put("method", operation.method());
    Inputs inputs = new Inputs();
    for (JsonNode parameter : parameters(operation)) {
      parameter(parameter, inputs, settings);
    }
    body(operation, inputs, settings);
    Set<String> variables = new TreeSet<>();
    securing.secure(operation.written(), settings, variables);
    Answer answer = answer(operation, settings);
    ObjectNode file = nodes.objectNode();
    file.put("id", id);
    file.put("title", title(operation, id));
    file.put("description", description(operation));
    file.set("tags", tags(operation));
    file.put("category", category());
    file.putObject("price").put("currency", "USD").put("amount", price);
    file.set("inputSchema", inputs.schema());
    file.set("exampleRequest", inputs.example);
    file.putObject("answer")
        .<ObjectNode>set("schema", answer.schema())
        .set("example", answer.example());
    file.putObject("provider").put("route", "direct:http-json").set("settings", settings);
    return new Draft(id, operation.name(), file, variables);
  }

  /** The members of the input, as they come together. */
  private final class Inputs {

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

  private void parameter(JsonNode parameter, Inputs inputs, ObjectNode settings) throws Unsellable {
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
            ? mediaType(parameter.get("content"))
                .orElseThrow(() -> new Unsellable("has a parameter that is no JSON"))
                .getValue()
                .path("schema")
            : parameter.path("schema");
    JsonNode schema = new SchemaPort(document, SchemaPort.Side.REQUEST).port(written);
    if (schema instanceof ObjectNode object && parameter.path("description").isTextual()) {
      object.put("description", Texts.plain(parameter.get("description").textValue(), 300));
    }
    Optional<JsonNode> value =
        needed
            ? Optional.of(value(schema, examples(parameter)))
            : value(schema, examples(parameter), name);
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

  /** Examples as a parameter or a media type has them. */
  private List<JsonNode> examples(JsonNode holder) throws Unsellable {
    List<JsonNode> all = new ArrayList<>();
    if (holder.has("example")) {
      all.add(holder.get("example"));
    }
    for (Map.Entry<String, JsonNode> named : holder.path("examples").properties()) {
      JsonNode example = document.at(named.getValue());
      if (example.has("value")) {
        all.add(example.get("value"));
      }
    }
    return all;
  }

  /** A value that is needed: an example that the schema allows, or one that is made. */
  private JsonNode value(JsonNode schema, List<JsonNode> examples) {
    List<JsonNode> candidates = new ArrayList<>(examples);
    candidates.add(new Sample(true, false).of(schema));
    candidates.add(new Sample(false, false).of(schema));
    return candidates.stream()
        .filter(value -> check.allows(schema, value))
        .findFirst()
        .orElse(candidates.get(candidates.size() - 1));
  }

  /** A value that need not be there is shown where the document has an example of it. */
  private Optional<JsonNode> value(JsonNode schema, List<JsonNode> examples, String name) {
    List<JsonNode> candidates = new ArrayList<>(examples);
    if (schema.has(SchemaPort.EXAMPLE)) {
      candidates.add(schema.get(SchemaPort.EXAMPLE));
    }
    return candidates.stream()
        .filter(value -> !value.isNull() && value.toString().length() < 2_000)
        .filter(value -> check.allows(schema, value))
        .findFirst();
  }

  private void body(Operation operation, Inputs inputs, ObjectNode settings) throws Unsellable {
    JsonNode body = document.at(operation.written().path("requestBody"));
    boolean sends = WITH_BODY.contains(operation.method());
    if (body.path("content").isEmpty()) {
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
    Optional<Map.Entry<String, JsonNode>> json = mediaType(body.get("content"));
    JsonNode form = body.get("content").path(FORM);
    if (json.isEmpty() && form.isMissingNode()) {
      throw new Unsellable("takes " + types(body.get("content")));
    }
    JsonNode media = json.isPresent() ? json.get().getValue() : form;
    JsonNode schema = new SchemaPort(document, SchemaPort.Side.REQUEST).port(media.path("schema"));
    boolean needed = body.path("required").asBoolean();
    JsonNode value = value(schema, examples(media));
    if (isPlainObject(schema)) {
      members(schema, value, inputs, settings, json.isPresent(), media.path("encoding"));
      return;
    }
    if (json.isEmpty()) {
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
  private void members(
      JsonNode schema,
      JsonNode value,
      Inputs inputs,
      ObjectNode settings,
      boolean asJson,
      JsonNode encoding) {
    Set<String> needed = new HashSet<>();
    schema.path("required").forEach(name -> needed.add(name.asText()));
    boolean alone = inputs.properties.isEmpty();
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

  /** The JSON among media types, by its type. */
  private static Optional<Map.Entry<String, JsonNode>> mediaType(JsonNode content) {
    return content.properties().stream()
        .filter(type -> JSON.matcher(type.getKey().split(";", 2)[0].strip()).matches())
        .findFirst()
        .or(() -> content.properties().stream().filter(t -> t.getKey().equals("*/*")).findFirst());
  }

  private static String types(JsonNode content) {
    return Texts.ascii(
        String.join(", ", content.properties().stream().map(Map.Entry::getKey).toList()), 60);
  }

  /** What of an answer is sold, and what it looks like. */
  private record Answer(JsonNode schema, JsonNode example) {}

  private Answer answer(Operation operation, ObjectNode settings) throws Unsellable {
    JsonNode response = response(operation.written().path("responses"));
    if (response.path("content").isEmpty()) {
      throw new Unsellable("answers with nothing");
    }
    Map.Entry<String, JsonNode> media =
        mediaType(response.get("content"))
            .orElseThrow(() -> new Unsellable("answers with " + types(response.path("content"))));
    String type = media.getKey().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (type.startsWith("text/")
        || !type.endsWith("+json") && !type.equals("application/json") && !type.equals("*/*")) {
      settings.putArray("mediaTypes").add(type).add("application/json");
    }
    JsonNode schema =
        new SchemaPort(document, SchemaPort.Side.ANSWER).port(media.getValue().path("schema"));
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
    for (JsonNode example : examples(media.getValue())) {
      candidates.add(single ? nodes.objectNode().set("value", example) : example);
    }
    candidates.add(new Sample(true, true).of(schema));
    candidates.add(new Sample(false, true).of(schema));
    candidates.add(new Sample(false, false).of(schema));
    JsonNode ported = schema;
    Optional<JsonNode> fitting =
        candidates.stream()
            .filter(value -> value.isContainerNode() && value.toString().length() < 20_000)
            .filter(value -> check.allows(ported, value))
            .findFirst();
    if (fitting.isPresent()) {
      return new Answer(SchemaPort.withoutExamples(ported), fitting.get());
    }
    // no example meets it, so it is not a schema to promise
    JsonNode shown =
        candidates.stream()
            .filter(JsonNode::isContainerNode)
            .filter(v -> v.toString().length() < 20_000)
            .findFirst()
            .orElse(nodes.objectNode());
    return new Answer(nodes.objectNode().put("type", shown.isArray() ? "array" : "object"), shown);
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

  private String title(Operation operation, String id) {
    String title = Texts.ascii(operation.written().path("summary").asText(), 64);
    if (!title.isEmpty()) {
      return title;
    }
    String words = id.replace('-', ' ');
    return Texts.ascii(words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1), 64);
  }

  private String description(Operation operation) {
    Set<String> parts = new LinkedHashSet<>();
    for (String key : List.of("summary", "description")) {
      String part = Texts.plain(operation.written().path(key).asText(), LONGEST_DESCRIPTION);
      if (!part.isEmpty()) {
        parts.add(part.matches(".*[.!?]$") ? part : part + ".");
      }
    }
    if (parts.isEmpty()) {
      parts.add(operation.name() + ".");
    }
    String by = " Answered by " + Texts.plain(document.title(), 60) + ".";
    return Texts.plain(String.join(" ", parts), LONGEST_DESCRIPTION - by.length()) + by;
  }

  private String category() {
    String category = Texts.slug(document.title(), 40);
    return category.isEmpty() ? "api" : category;
  }

  private ArrayNode tags(Operation operation) {
    Set<String> tags = new LinkedHashSet<>();
    operation.written().path("tags").forEach(tag -> tags.add(Texts.ascii(tag.asText(), 32)));
    tags.add(Texts.slug(document.title(), 32));
    tags.remove("");
    ArrayNode list = nodes.arrayNode();
    tags.stream().limit(MOST_TAGS).forEach(list::add);
    return list;
  }
}
