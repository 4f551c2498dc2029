package io.tollroute.catalog;

import io.tollroute.call.Slot;
import java.util.Map;

/**
 * The slots that the catalogue's step fills. What a route asks of the service is there by itself:
 * to look inside an object, Camel copies the exchange.
 */
public final class CatalogueSlots {

  /** The service that is called. */
  public static final Slot<Service> SERVICE = new Slot<>("service", Service.class);

  /** When the money moves for it: the name of a {@link Service.Settlement}. */
  public static final Slot<String> SETTLEMENT = new Slot<>("settlement", String.class);

  /** The address of the route that does its work; what follows a question mark may be secret. */
  public static final Slot<String> PROVIDER_ROUTE = new Slot<>("providerRoute", String.class);

  /** What its file tells that route, by name. */
  @SuppressWarnings("rawtypes") // a slot is asked for by its class
  public static final Slot<Map> PROVIDER_SETTINGS = new Slot<>("providerSettings", Map.class);

  private CatalogueSlots() {}
}
