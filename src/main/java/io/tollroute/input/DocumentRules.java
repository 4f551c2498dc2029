package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;

/** The JSON Schema of a request, ready for use. */
@FunctionalInterface
public interface DocumentRules {

  /**
   * The input without what was left out, as {@link InputValidator#validate}.
   *
   * @throws Refusal {@code invalid_request}, as {@link InputValidator#validate}
   */
  ObjectNode accept(ObjectNode input) throws Refusal;

  /** These rules, and then {@code further} ones. */
  default DocumentRules and(DocumentRules further) {
    return input -> further.accept(accept(input));
  }
}
