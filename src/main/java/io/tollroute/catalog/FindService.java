package io.tollroute.catalog;

import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Finds the service that the header {@code service} names, by id or alias. */
public final class FindService implements Processor {

  private final LiveCatalogue catalogue;

  /** Looks in what is on sale now. */
  public FindService(LiveCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * Fills the service.
   *
   * @throws Refusal {@code unknown_service}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    String name = exchange.getMessage().getHeader("service", "", String.class);
    Catalog.SERVICE.put(
        exchange, catalogue.current().find(name).orElseThrow(() -> Refusal.of("unknown_service")));
  }
}
