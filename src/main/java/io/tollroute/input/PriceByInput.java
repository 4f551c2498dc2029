package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the call with this very input what is sold, where a service's price goes by the input. With
 * an input that it does not take, or none, it stays the service at its lowest price.
 */
public final class PriceByInput implements Processor {

  /** Services whose price goes by the input, or did: what was offered then is taken. */
  private final Set<String> known = ConcurrentHashMap.newKeySet();

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
    if (goesByInput(CatalogueSlots.SERVICE.of(exchange)) && isPaid(exchange)) {
      price(exchange, CatalogueSlots.SERVICE.of(exchange));
    }
  }

  private boolean goesByInput(Service service) {
    return service.tariff().goesByInput()
        ? known.contains(service.id()) || known.add(service.id())
        : known.contains(service.id());
  }

  private boolean isPaid(Exchange exchange) {
    return proofs.stream().anyMatch(name -> exchange.getMessage().getHeader(name) != null);
  }

  /** Prices any call; to be called where callers are limited. */
  public void price(Exchange exchange) {
    Service service = CatalogueSlots.SERVICE.of(exchange);
    if (service.tariff().goesByInput()) {
      price(exchange, service);
    }
  }

  private void price(Exchange exchange, Service service) {
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
