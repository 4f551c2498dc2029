package io.tollroute.purchase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.PerInput;
import io.tollroute.catalog.Service;
import io.tollroute.input.DocumentRules;
import io.tollroute.input.InputSlots;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Reads what token a buyer asks for, at the price of now. */
final class ReadPurchase implements Processor {

  /** As many cents as an int can hold, as {@code amountCents} may be read into one. */
  private static final long MOST_MICROS = Integer.MAX_VALUE * 10_000L;

  private final LiveCatalogue catalogue;
  private final DocumentRules orders;
  private final List<String> providers;
  private final int maxCalls;

  ReadPurchase(
      LiveCatalogue catalogue, DocumentRules orders, List<String> providers, int maxCalls) {
    this.catalogue = catalogue;
    this.orders = orders;
    this.providers = List.copyOf(providers);
    this.maxCalls = maxCalls;
  }

  /**
   * Fills the purchase, and the token as what is sold.
   *
   * @throws Refusal {@code invalid_request} or {@code unknown_service}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    ObjectNode input = orders.accept(InputSlots.INPUT.of(exchange));
    String id = input.path("serviceId").textValue();
    Catalogue offered = catalogue.current();
    Service service = offered.find(id).orElseThrow(() -> unknown(offered.nearest(id)));
    Optional<Integer> units = units(input, service);
    TokenOrder order =
        new TokenOrder(
            service,
            calls(input, service, units),
            units,
            provider(input),
            Optional.ofNullable(input.path("payer").textValue())
                .map(payer -> payer.toLowerCase(Locale.ROOT)));
    PurchaseSlots.PURCHASE.put(exchange, order);
    PurchaseSlots.PROVIDER.put(exchange, order.provider());
    CatalogueSlots.sell(exchange, TokenOffer.paidAtOnce(service, order.calls(), units.orElse(0)));
  }

  private static Refusal unknown(Optional<Service> meant) {
    Refusal refusal = Refusal.of("unknown_service").at("/serviceId");
    return meant
        .map(
            service ->
                refusal.saying(
                    "There is no service of that id. Did you mean " + service.id() + "?"))
        .orElse(refusal);
  }

  /** A token is good for inputs up to a size, as each has another price. */
  private static Optional<Integer> units(ObjectNode input, Service service) throws Refusal {
    Optional<Integer> units =
        Optional.of(input.path("units")).filter(JsonNode::isInt).map(JsonNode::intValue);
    Optional<PerInput> per = service.tariff().per();
    if (per.isEmpty() && units.isPresent()) {
      throw Refusal.of("invalid_request")
          .at("/units")
          .saying("A call of this service costs the same with every input; leave units out.");
    }
    if (per.isPresent() && units.filter(count -> count <= per.get().upTo()).isEmpty()) {
      throw Refusal.of("invalid_request")
          .at("/units")
          .saying(
              "The price of a call goes by its input. Say for how many, from 1 to "
                  + per.get().upTo()
                  + ", of "
                  + per.get().pointer()
                  + " each call is to be good.");
    }
    return units;
  }

  private int calls(ObjectNode input, Service service, Optional<Integer> units) throws Refusal {
    int calls = input.path("calls").asInt(1);
    long each = service.tariff().inToken(calls, units.orElse(0)).micros();
    if (calls > maxCalls || calls * each > MOST_MICROS) {
      throw Refusal.of("invalid_request")
          .at("/calls")
          .saying("One token is good for " + maxCalls + " calls at most.");
    }
    return calls;
  }

  private String provider(ObjectNode input) throws Refusal {
    String wanted = input.path("providerId").asText(providers.get(0));
    if (!providers.contains(wanted)) {
      throw Refusal.of("invalid_request")
          .at("/providerId")
          .saying("Payment providers here are: " + String.join(", ", providers) + ".");
    }
    return wanted;
  }
}
