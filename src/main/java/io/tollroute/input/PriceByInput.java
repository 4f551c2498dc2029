package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the call with this very input what is sold, where a service's price goes by the input. With
 * an input that it does not take, or none, it stays the service at its lowest price.
 */
public final class PriceByInput implements Processor {

  private final RequestReader reader;
  private final InputValidator validator;
  private final List<String> proofs;

  /** Prices what carries one of {@code proofs}, by the names of their headers. */
  public PriceByInput(RequestReader reader, InputValidator validator, List<String> proofs) {
    this.reader = reader;
    this.validator = validator;
    this.proofs = List.copyOf(proofs);
  }

  /** Prices a call that comes with a payment: whether that is enough is seen next. */
  @Override
  public void process(Exchange exchange) {
    if (proofs.stream().anyMatch(name -> exchange.getMessage().getHeader(name) != null)) {
      price(exchange);
    }
  }

  /** Prices any call; to be called where callers are limited. */
  public void price(Exchange exchange) {
    Service service = CatalogueSlots.SERVICE.of(exchange);
    if (!service.tariff().goesByInput()) {
      return;
    }
    byte[] body = exchange.getMessage().getBody(byte[].class);
    Optional<ObjectNode> input =
        body == null || body.length == 0 ? Optional.empty() : reader.readable(body);
    if (input.isPresent()) {
      try {
        CatalogueSlots.sell(exchange, service.pricedFor(validator.validate(service, input.get())));
      } catch (Refusal notTaken) {
        // what is wrong with it is said to whoever pays for it
      }
    }
  }
}
