package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.alibaba.ActionFacts.Action;
import io.tollroute.alibaba.ActionFacts.Parameter;
import io.tollroute.alibaba.ActionFacts.ProductFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A first service file for an action of Alibaba Cloud: names, parameters and provider as far as the
 * facts go. Its texts are for somebody to write who knows what the action does.
 *
 * @param product whose action it is
 * @param action what is sold
 */
public record ServiceDraft(ProductFacts product, Action action) {

  private static final String EXAMPLE_URL = "https://example.com/file";

  /** The product's defaults, which stand in {@code <product>.defaults.yaml}. */
  public static Map<String, Object> defaults(ProductFacts product) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("product", product.name());
    settings.put("version", product.version());
    settings.put("endpoint", product.endpoint());
    Map<String, Object> defaults = new LinkedHashMap<>();
    defaults.put("defaults", "alibaba");
    defaults.put("category", product.name());
    defaults.put("provider", Map.of("settings", settings));
    return defaults;
  }

  /** Its id until somebody gives it a better one: product and action in lower-case words. */
  public String id() {
    return product.name() + "-" + words("-");
  }

  /** The id that follows from product and action. */
  public String alias() {
    return "aliyun-" + id();
  }

  private String words(String between) {
    return action
        .name()
        .replaceAll("([a-z0-9])([A-Z])", "$1" + between + "$2")
        .replaceAll("([A-Z]+)([A-Z][a-z])", "$1" + between + "$2")
        .toLowerCase(Locale.ROOT);
  }

  /** The file, as a tree of maps, lists, texts, numbers and truths. */
  public Map<String, Object> document() {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("defaults", product.name());
    file.put("id", id());
    file.put("aliases", List.of(alias()));
    String title = words(" ");
    file.put("title", title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1));
    file.put(
        "description",
        "Performed by Alibaba Cloud (" + product.name() + " " + action.name() + ").");
    file.put("tags", List.of("alibaba-cloud"));
    if (!action.title().isBlank()) {
      file.put("keywords", List.of(action.title().strip()));
    }
    file.put("inputSchema", inputSchema());
    file.put("exampleRequest", exampleRequest());
    file.put(
        "answer",
        Map.of("schema", Map.of("description", "The shape of this result is not published.")));
    file.put("provider", Map.of("settings", settings()));
    return file;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("action", action.name());
    if (action.asynchronous()) {
      settings.put("asynchronous", true);
      if (product.asksForJobsInQuery()) {
        settings.put("jobInQuery", true);
      }
    }
    put(settings, "query", action.parameters().stream().filter(Parameter::inQuery).toList());
    put(settings, "json", action.parameters().stream().filter(Parameter::asJson).toList());
    return settings;
  }

  private static void put(Map<String, Object> settings, String key, List<Parameter> which) {
    if (!which.isEmpty()) {
      settings.put(key, which.stream().map(Parameter::name).toList());
    }
  }

  private Map<String, Object> inputSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    action.parameters().forEach(parameter -> properties.put(parameter.name(), property(parameter)));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    List<String> required =
        action.parameters().stream().filter(Parameter::required).map(Parameter::name).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    return schema;
  }

  private static Map<String, Object> property(Parameter parameter) {
    Map<String, Object> property = new LinkedHashMap<>();
    property.put("type", parameter.type());
    if (parameter.values().isArray()) {
      property.put("enum", list(parameter.values()));
    } else if (isUrl(parameter.name(), parameter.type())) {
      property.put("format", "uri");
    }
    if (parameter.type().equals("array")) {
      property.put("minItems", 1);
      property.put("items", members(parameter.items()));
    } else if (parameter.type().equals("object")) {
      property.putAll(members(parameter.items()));
    }
    return property;
  }

  private static boolean isUrl(String name, String type) {
    return type.equals("string") && name.toLowerCase(Locale.ROOT).endsWith("url");
  }

  /** What the facts say of the members of an object, or of each item of an array. */
  private static Map<String, Object> members(JsonNode items) {
    Map<String, Object> schema = new LinkedHashMap<>();
    boolean scalar = items.size() == 1 && items.has("type");
    if (scalar) {
      schema.put("type", items.get("type").asText());
      return schema;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    items
        .properties()
        .forEach(
            member -> {
              Map<String, Object> of = new LinkedHashMap<>();
              of.put("type", member.getValue().asText());
              if (isUrl(member.getKey(), member.getValue().asText())) {
                of.put("format", "uri");
              }
              members.put(member.getKey(), of);
            });
    schema.put("type", "object");
    schema.put("properties", members);
    schema.put("additionalProperties", false);
    return schema;
  }

  private static List<String> list(JsonNode texts) {
    List<String> list = new ArrayList<>();
    texts.forEach(text -> list.add(text.asText()));
    return list;
  }

  private Map<String, Object> exampleRequest() {
    Map<String, Object> example = new LinkedHashMap<>();
    action.parameters().stream()
        .filter(Parameter::required)
        .forEach(parameter -> example.put(parameter.name(), value(parameter)));
    return example;
  }

  private static Object value(Parameter parameter) {
    if (parameter.values().isArray()) {
      return parameter.values().get(0).asText();
    }
    if (parameter.type().equals("array")) {
      return List.of(item(parameter.items()));
    }
    return parameter.type().equals("object")
        ? item(parameter.items())
        : scalar(parameter.name(), parameter.type());
  }

  private static Object item(JsonNode items) {
    if (items.size() == 1 && items.has("type")) {
      return scalar("", items.get("type").asText());
    }
    Map<String, Object> item = new TreeMap<>();
    items
        .properties()
        .forEach(
            member ->
                item.put(member.getKey(), scalar(member.getKey(), member.getValue().asText())));
    return item;
  }

  private static Object scalar(String name, String type) {
    return switch (type) {
      case "integer", "number" -> 1;
      case "boolean" -> true;
      case "array" -> List.of();
      case "object" -> Map.of();
      default -> isUrl(name, type) ? EXAMPLE_URL : "example";
    };
  }
}
