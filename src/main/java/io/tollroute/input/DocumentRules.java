package io.tollroute.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.call.Refusal;

/** The JSON Schema of a request, ready for use. */
@FunctionalInterface
public interface DocumentRules {

  /**
   * Accepts the input or says what is wrong with it.
   *
   * @throws Refusal {@code invalid_request}, as {@link InputValidator#validate}
   */
  void check(JsonNode input) throws Refusal;

  /** These rules, and then {@code further} ones. */
  default DocumentRules and(DocumentRules further) {
    return input -> {
      check(input);
      further.check(input);
    };
  }
}
