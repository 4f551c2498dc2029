package io.tollroute.catalog;

import io.tollroute.call.Slot;

/**
 * The slots that the catalogue's step fills. What a route asks of the service is there by itself:
 * to look inside an object, Camel copies the exchange.
 */
public final class Catalog {

  /** The service that is called. */
  public static final Slot<Service> SERVICE = new Slot<>("service", Service.class);

  /** When the money moves for it: the name of a {@link Service.Settlement}. */
  public static final Slot<String> SETTLEMENT = new Slot<>("settlement", String.class);

  /** The route that does its work. */
  public static final Slot<String> PROVIDER_ROUTE = new Slot<>("providerRoute", String.class);

  private Catalog() {}
}
