package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
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
    ObjectNode input =
        validator.validate(CatalogueSlots.SERVICE.of(exchange), InputSlots.INPUT.of(exchange));
    InputSlots.INPUT.put(exchange, input);
    InputSlots.JSON.put(exchange, input.toString());
  }
}
