package io.tollroute.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tollroute.sandbox.buyer.PayableTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a request as words of a command line. */
final class RequestFields {

  private static final String NUMBER_OR_BOOLEAN =
      "true|false|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";

  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * @param words {@code --name value} or {@code --name=value}, any number of them
   * @throws IllegalArgumentException with a sentence for the user if they are something else
   */
  RequestFields(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.matches("--[A-Za-z].*")) {
        throw new IllegalArgumentException("Expected --FIELD VALUE, not " + word);
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
      if (equals < 0 && ++i == words.size()) {
        throw new IllegalArgumentException("--" + name + " has no value");
      }
      String value = equals < 0 ? words.get(i) : word.substring(equals + 1);
      if (values.put(name, value) != null) {
        throw new IllegalArgumentException("--" + name + " comes twice");
      }
    }
  }

  /** The request body, with numbers and booleans told by their looks. */
  String untyped() {
    return body(value -> Optional.empty());
  }

  /** The request body, with types as the seller's listing has them, as far as it does. */
  String typedBy(PayableTerms offer) {
    return body(offer::typeOf);
  }

  private interface Types {
    Optional<String> of(String field);
  }

  private String body(Types types) {
    ObjectNode request = json.createObjectNode();
    values.forEach((name, value) -> request.set(name, typed(value, types.of(name))));
    return request.toString();
  }

  private JsonNode typed(String value, Optional<String> type) {
    boolean literal =
        type.map(told -> !told.equals("string")).orElse(value.matches(NUMBER_OR_BOOLEAN));
    try {
      return literal ? json.readTree(value) : TextNode.valueOf(value);
    } catch (JsonProcessingException notJson) {
      return TextNode.valueOf(value);
    }
  }
}
