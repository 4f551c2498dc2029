package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.Service;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Holds the input against its service's schema. Nothing new begins with an input that does not
 * match, but what was bought with it before, under a schema that was another, can still be had.
 */
public final class ValidateInput implements Processor {

  private final InputValidator validator;

  /** Validates with {@code validator}. */
  public ValidateInput(InputValidator validator) {
    this.validator = validator;
  }

  /**
   * Fills the input as it is worked with, without what was left out, and its JSON text, which is
   * all that the provider gets of the caller; or what is wrong with it.
   */
  @Override
  public void process(Exchange exchange) {
    try {
      Service service = CatalogueSlots.SERVICE.of(exchange);
      ObjectNode input = validator.validate(service, InputSlots.INPUT.of(exchange));
      Product priced = service.pricedFor(input);
      if (service.tariff().goesByInput()) {
        // whatever header the proof came in: so much is claimed with it
        CatalogueSlots.PRODUCT.put(exchange, priced);
      }
      InputSlots.INPUT.put(exchange, input);
      InputSlots.JSON.put(exchange, input.toString());
    } catch (Refusal refusal) {
      InputSlots.OBJECTION.put(exchange, refusal);
    }
  }

  /**
   * Lets a valid input pass.
   *
   * @throws Refusal {@code invalid_request}
   */
  public void require(Exchange exchange) throws Refusal {
    Optional<Refusal> objection = InputSlots.OBJECTION.find(exchange);
    if (objection.isPresent()) {
      throw objection.get();
    }
  }
}
