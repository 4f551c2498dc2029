package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalog;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Holds the input against its service's schema. */
public final class ValidateInput implements Processor {

  private final InputValidator validator;

  /** Validates with {@code validator}. */
  public ValidateInput(InputValidator validator) {
    this.validator = validator;
  }

  /**
   * Lets a valid input pass, without what was left out, and fills its JSON text, which is all that
   * the provider gets of the caller.
   *
   * @throws Refusal {@code invalid_request}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    ObjectNode input = validator.validate(Catalog.SERVICE.of(exchange), Input.INPUT.of(exchange));
    Input.INPUT.put(exchange, input);
    Input.JSON.put(exchange, input.toString());
  }
}
