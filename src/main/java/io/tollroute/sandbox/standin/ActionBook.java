package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Alibaba's actions and what they take, from the publicly known facts. It is stricter than the real
 * gateway, which leaves out what it does not know: what is sent in the wrong place or style would
 * be lost there.
 */
final class ActionBook {

  private static final Pattern ITEM = Pattern.compile("([^.]+)\\.([1-9][0-9]*)(\\.(.+))?");

  /**
   * An action of a version of a product.
   *
   * @param asynchronous whether it is known to answer with a job
   * @param published whether all is known of it; an SDK alone does not say whether it has jobs
   */
  record Action(
      String product,
      String version,
      String name,
      boolean asynchronous,
      boolean published,
      List<JsonNode> parameters) {

    /**
     * What is wrong with what was sent; empty when nothing is.
     *
     * @param placed whether it matters what was sent in the form and what in the query; for version
     *     1.0 of signatures it does not
     */
    Optional<String> objection(
        Map<String, String> form, Map<String, String> query, boolean placed) {
      Map<String, JsonNode> declared = new LinkedHashMap<>();
      parameters.forEach(each -> declared.put(each.get("name").asText(), each));
      return objection(declared, form, placed, false)
          .or(() -> objection(declared, query, placed, true));
    }

    private static Optional<String> objection(
        Map<String, JsonNode> declared, Map<String, String> sent, boolean placed, boolean inQuery) {
      Map<String, Integer> items = new HashMap<>();
      for (Map.Entry<String, String> each : sent.entrySet()) {
        String root = each.getKey().split("\\.", 2)[0];
        JsonNode parameter = declared.get(root);
        if (parameter == null) {
          return Optional.of(root + " is no parameter of this action");
        }
        if (placed && parameter.path("in").asText().equals("query") != inQuery) {
          return Optional.of(root + " is not declared in the " + (inQuery ? "query" : "form"));
        }
        if (!meets(parameter, each.getKey(), each.getValue(), items)) {
          return Optional.of("The parameter " + root + " is invalid");
        }
      }
      return items.entrySet().stream()
          .filter(item -> !sent.keySet().stream().anyMatch(name -> isItem(name, item.getKey(), 1)))
          .map(item -> item.getKey() + " is not numbered from 1")
          .findFirst();
    }

    private static boolean isItem(String name, String root, int number) {
      return name.equals(root + "." + number) || name.startsWith(root + "." + number + ".");
    }

    private static boolean meets(
        JsonNode parameter, String name, String value, Map<String, Integer> items) {
      String root = parameter.get("name").asText();
      boolean repeated = parameter.path("style").asText().equals("repeatList");
      if (repeated) {
        Matcher item = ITEM.matcher(name);
        if (!item.matches()) {
          return false;
        }
        items.merge(root, Integer.parseInt(item.group(2)), Math::max);
        JsonNode members = parameter.path("items");
        boolean scalar = members.size() == 1 && members.has("type");
        return scalar
            ? item.group(4) == null && isOf(members.get("type").asText(), value)
            : item.group(4) != null
                && members.has(item.group(4).split("\\.")[0])
                && isOf(members.get(item.group(4).split("\\.")[0]).asText(), value);
      }
      return name.equals(root)
          && isOf(parameter.get("type").asText(), value)
          && (!parameter.has("enum") || has(parameter.get("enum"), value));
    }

    private static boolean has(JsonNode values, String value) {
      for (JsonNode each : values) {
        if (each.asText().equals(value)) {
          return true;
        }
      }
      return false;
    }

    private static boolean isOf(String type, String value) {
      return switch (type) {
        case "integer" -> value.matches("-?[0-9]{1,19}");
        case "number" -> value.matches("-?[0-9]{1,20}(\\.[0-9]{1,20})?");
        case "boolean" -> value.matches("true|false");
        case "array" -> json(value).map(JsonNode::isArray).orElse(false);
        case "object" -> json(value).map(JsonNode::isObject).orElse(false);
        default -> true;
      };
    }

    private static Optional<JsonNode> json(String text) {
      try {
        return Optional.ofNullable(new ObjectMapper().readTree(text));
      } catch (JsonProcessingException e) {
        return Optional.empty();
      }
    }

    List<String> required() {
      return parameters.stream()
          .filter(each -> each.path("required").asBoolean())
          .map(each -> each.get("name").asText())
          .toList();
    }
  }

  private final Map<String, List<Action>> byName = new HashMap<>();

  ActionBook() {
    try (InputStream in = ActionBook.class.getResourceAsStream("/alibaba-actions.json")) {
      for (JsonNode product : new ObjectMapper().readTree(in).get("products")) {
        for (JsonNode action : product.get("actions")) {
          List<JsonNode> parameters = new ArrayList<>();
          action.get("params").forEach(parameters::add);
          Action found =
              new Action(
                  product.get("product").asText(),
                  product.get("version").asText(),
                  action.get("action").asText(),
                  action.path("async").asBoolean(),
                  action.path("published").asBoolean(true),
                  parameters);
          byName.computeIfAbsent(found.name(), any -> new ArrayList<>()).add(found);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The actions of this name; of several products where they share it. */
  List<Action> find(String name) {
    return byName.getOrDefault(name, List.of());
  }
}
