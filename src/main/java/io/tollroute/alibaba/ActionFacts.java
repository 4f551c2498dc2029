package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What is publicly known of the actions of Alibaba Cloud's visual products: {@code
 * alibaba-actions.json}, which names its sources.
 */
public final class ActionFacts {

  private static final String FILE = "/alibaba-actions.json";

  /**
   * A product of Alibaba Cloud's.
   *
   * @param name its code, for example {@code facebody}
   * @param version of its API
   * @param endpoint its base URL, ending in a slash
   * @param actions in the order of their names
   */
  public record ProductFacts(String name, String version, String endpoint, List<Action> actions) {

    /** Whether its action that tells how a job stands takes the job's name in the query. */
    boolean asksForJobsInQuery() {
      return actions.stream()
          .filter(action -> action.name().equals(RpcAction.LOOK))
          .flatMap(action -> action.parameters().stream())
          .anyMatch(Parameter::inQuery);
    }
  }

  /**
   * An action.
   *
   * @param name for example {@code CompareFaceWithMask}
   * @param title what Alibaba calls it, in Chinese; empty where that is not known
   * @param asynchronous whether it answers with a job, whose result is asked for later
   * @param published whether Alibaba's public metadata have it; otherwise it is known from an SDK
   *     alone, and what must be given is not known
   * @param parameters those that it takes
   */
  public record Action(
      String name,
      String title,
      boolean asynchronous,
      boolean published,
      List<Parameter> parameters) {}

  /**
   * A parameter.
   *
   * @param name as Alibaba spells it
   * @param type of JSON Schema
   * @param required whether it must be given, as far as that is known
   * @param inQuery whether it is declared in the query, and not in the form
   * @param asJson whether an array or object travels as one JSON text
   * @param items of an array: the members of each by their types, or {@code type}; missing
   *     otherwise
   * @param values the only ones that it may have; missing where any may be
   */
  public record Parameter(
      String name,
      String type,
      boolean required,
      boolean inQuery,
      boolean asJson,
      JsonNode items,
      JsonNode values) {}

  private final List<ProductFacts> products;

  /** Reads the file. */
  public ActionFacts() throws IOException {
    try (InputStream in = ActionFacts.class.getResourceAsStream(FILE)) {
      this.products =
          list(new ObjectMapper().readTree(in).get("products")).stream()
              .map(ActionFacts::product)
              .toList();
    }
  }

  /** All products. */
  public List<ProductFacts> products() {
    return products;
  }

  private static ProductFacts product(JsonNode product) {
    return new ProductFacts(
        product.get("product").asText(),
        product.get("version").asText(),
        product.get("endpoint").asText(),
        list(product.get("actions")).stream().map(ActionFacts::action).toList());
  }

  private static Action action(JsonNode action) {
    return new Action(
        action.get("action").asText(),
        action.path("title").asText(),
        action.path("async").asBoolean(),
        action.path("published").asBoolean(true),
        list(action.get("params")).stream().map(ActionFacts::parameter).toList());
  }

  private static Parameter parameter(JsonNode parameter) {
    return new Parameter(
        parameter.get("name").asText(),
        parameter.get("type").asText(),
        parameter.path("required").asBoolean(),
        parameter.path("in").asText().equals("query"),
        parameter.path("style").asText().equals("json"),
        parameter.path("items"),
        parameter.path("enum"));
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
