package io.tollroute.catalog;

import io.tollroute.call.Refusal;
import java.util.Optional;
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
   * Fills the service, as what is sold, and its provider's route.
   *
   * @throws Refusal {@code unknown_service}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    String name = exchange.getMessage().getHeader("service", "", String.class);
    Catalogue offered = catalogue.current();
    Service service = offered.find(name).orElseThrow(() -> unknown(offered.nearest(name)));
    CatalogueSlots.SERVICE.put(exchange, service);
    CatalogueSlots.sell(exchange, service);
    CatalogueSlots.PROVIDER_ROUTE.put(exchange, service.provider().address());
  }

  private static Refusal unknown(Optional<Service> meant) {
    Refusal refusal = Refusal.of("unknown_service");
    return meant
        .map(
            service ->
                refusal.saying(
                    "There is no service of that name. Did you mean " + service.address() + "?"))
        .orElse(refusal);
  }
}
