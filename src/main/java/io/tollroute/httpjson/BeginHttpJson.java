package io.tollroute.httpjson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.input.InputSlots;
import io.tollroute.outbound.BoundedHttp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes the input a request, as the service says. What is of the input stands encoded in the
 * address and cannot become another part of it; what would lead elsewhere, or end a header, is
 * refused as the caller's fault.
 */
public final class BeginHttpJson implements Processor {

  private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]*");
  private static final int LONGEST_ADDRESS = 16_000;
  private static final int LONGEST_HEADER = 8_000;

  private final Recipes recipes;
  private final Function<String, Optional<String>> variables;

  /** Fills in secrets from {@code variables}. */
  BeginHttpJson(Recipes recipes, Function<String, Optional<String>> variables) {
    this.recipes = recipes;
    this.variables = variables;
  }

  /**
   * Writes address, headers and body.
   *
   * @throws Refusal {@code provider_rejected} with the place in the input that cannot be sent
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Recipe recipe = recipes.of(CatalogueSlots.SERVICE.of(exchange));
    ObjectNode input = InputSlots.INPUT.of(exchange);
    String path = path(recipe, input);
    String query = query(recipe.query(), recipe.fields(), input);
    if (path.length() + query.length() > LONGEST_ADDRESS) {
      throw Refusal.of("provider_rejected").saying("The input is too long to be sent.");
    }
    Map<String, String> headers = headers(recipe, input);
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    headers.forEach(message::setHeader);
    message.setHeader(Exchange.HTTP_URI, recipe.origin() + path);
    if (!query.isEmpty()) {
      message.setHeader(Exchange.HTTP_QUERY, query);
    }
    message.setHeader(BoundedHttp.DEADLINE, CallSlots.DEADLINE.of(exchange));
    HttpJsonSlots.ENDPOINT.put(exchange, recipe.origin().toString());
    HttpJsonSlots.VERB.put(exchange, recipe.method());
    HttpJsonSlots.TAKEN.put(exchange, String.join(", ", recipe.mediaTypes()));
    HttpJsonSlots.SENT.put(exchange, sent(recipe));
    message.setBody(body(recipe, input, exchange));
  }

  private static String sent(Recipe recipe) {
    return recipe.form().isPresent() ? "application/x-www-form-urlencoded" : "application/json";
  }

  private String path(Recipe recipe, ObjectNode input) throws Refusal {
    StringBuilder path = new StringBuilder();
    Matcher names = Recipe.NAME.matcher(recipe.path());
    while (names.find()) {
      Origin origin = recipe.pathOrigins().get(names.group(1));
      String text = origin.in(input, variables).map(BeginHttpJson::inOneLine).orElse("");
      if (!UrlText.fitsPath(text)) {
        throw refused(origin, "The text cannot stand in the path of an address.");
      }
      names.appendReplacement(path, UrlText.encoded(text));
    }
    names.appendTail(path);
    return path.toString();
  }

  private String query(String fixed, Map<String, Recipe.Field> fields, ObjectNode input) {
    StringJoiner query = new StringJoiner("&");
    if (!fixed.isEmpty()) {
      query.add(fixed);
    }
    fields.forEach(
        (name, field) ->
            field
                .origin()
                .in(input, variables)
                .filter(value -> !value.isNull())
                .ifPresent(
                    value ->
                        field
                            .style()
                            .write(
                                name,
                                value,
                                (key, text) ->
                                    query.add(
                                        UrlText.encoded(key) + "=" + UrlText.encoded(text)))));
    return query.toString();
  }

  private Map<String, String> headers(Recipe recipe, ObjectNode input) throws Refusal {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, Origin> header : recipe.headers().entrySet()) {
      Optional<JsonNode> value = header.getValue().in(input, variables);
      if (value.isEmpty() || value.get().isNull()) {
        continue;
      }
      String text = inOneLine(value.get());
      if (!HEADER_VALUE.matcher(text).matches() || text.length() > LONGEST_HEADER) {
        throw refused(
            header.getValue(),
            "The text cannot stand in a header: printable ASCII characters only.");
      }
      headers.put(header.getKey(), text);
    }
    return headers;
  }

  private Object body(Recipe recipe, ObjectNode input, Exchange exchange) {
    if (recipe.form().isPresent()) {
      return query("", recipe.form().get(), input);
    }
    if (recipe.body().isEmpty()) {
      return null;
    }
    Origin body = recipe.body().get();
    return body.isWhole()
        ? InputSlots.JSON.of(exchange)
        : body.in(input, variables).map(JsonNode::toString).orElse(null);
  }

  private static String inOneLine(JsonNode value) {
    return value.isContainerNode() ? Style.joined(value, ",") : Style.text(value);
  }

  private static Refusal refused(Origin origin, String sentence) {
    Refusal refusal = Refusal.of("provider_rejected").saying(sentence);
    return origin.place().isEmpty() ? refusal : refusal.at(origin.place());
  }
}
