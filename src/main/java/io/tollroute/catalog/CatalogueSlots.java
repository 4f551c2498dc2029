package io.tollroute.catalog;

import io.tollroute.call.Slot;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The slots that the catalogue's step fills. What a route asks of the service is there by itself:
 * to look inside an object, Camel copies the exchange.
 */
public final class CatalogueSlots {

  /** The service that is called. */
  public static final Slot<Service> SERVICE = new Slot<>("service", Service.class);

  /** What is sold; its service, where it is a call of one. */
  public static final Slot<Product> PRODUCT = new Slot<>("product", Product.class);

  /** The {@link ProductKind} of it, naming the routes check- and make-. */
  public static final Slot<String> KIND = new Slot<>("kind", String.class);

  /**
   * What comes first, {@code answer} or {@code settlement}: as it is offered, then as the payment
   * was made for, and from the claim on as it stands with the charge.
   */
  public static final Slot<String> FIRST = new Slot<>("first", String.class);

  /** The address of the route that does its work; what follows a question mark may be secret. */
  public static final Slot<String> PROVIDER_ROUTE = new Slot<>("providerRoute", String.class);

  /** What its file tells that route, by name. */
  @SuppressWarnings("rawtypes") // a slot is asked for by its class
  public static final Slot<Map> PROVIDER_SETTINGS = new Slot<>("providerSettings", Map.class);

  private CatalogueSlots() {}

  /** Makes a product what is sold with this call. */
  public static void sell(Exchange exchange, Product product) {
    PRODUCT.put(exchange, product);
    KIND.put(exchange, product.kind());
    FIRST.put(exchange, product.settles().first());
  }
}
