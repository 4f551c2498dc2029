package io.tollroute.purchase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Tariff;
import java.util.List;
import java.util.Optional;

/**
 * A token as what is sold: paid at once, or ordered before.
 *
 * @param id of the product, not of the payment
 * @param title for people
 * @param price of all its calls
 * @param address where it is paid
 * @param pricedAs the calls whose price of now it has; empty when it was ordered at another
 */
record TokenOffer(String id, String title, Price price, String address, Optional<Calls> pricedAs)
    implements Product {

  /** What is sold is a token. */
  static final String KIND = "token";

  /** Where tokens are bought. */
  static final String ADDRESS = "/api/payments";

  private static final JsonNode ANYTHING =
      JsonNodeFactory.instance.objectNode().put("type", "object");

  /** A token bought and paid in one request. */
  static TokenOffer paidAtOnce(Service service, int calls, int units) {
    return new TokenOffer(
        "payments/" + service.id(),
        title(service.title(), calls),
        service.tariff().inToken(calls, units).times(calls),
        ADDRESS,
        Optional.of(new Calls(service.id(), calls, units)));
  }

  /** A token that was ordered before, at the price of then. */
  static TokenOffer paidLater(
      String paymentId, String service, String currency, long micros, int calls) {
    return new TokenOffer(
        "payments/" + paymentId,
        title(service, calls),
        Price.ofMicros(currency, micros).times(calls),
        payAddress(paymentId),
        Optional.empty());
  }

  /** The address at which a payment is paid. */
  static String payAddress(String paymentId) {
    return ADDRESS + "/" + paymentId + "/pay";
  }

  private static String title(String service, int calls) {
    return calls == 1 ? "A call of " + service : calls + " calls of " + service;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String description() {
    return title + ", paid in advance; pay only for a token that you hold.";
  }

  @Override
  public List<String> tags() {
    return List.of("token");
  }

  @Override
  public Tariff tariff() {
    return Tariff.of(price);
  }

  @Override
  public Optional<Product> under(Tariff other) {
    return pricedAs
        // without its size it was sold by no price that goes by the input
        .filter(
            calls ->
                other.per().stream()
                    .allMatch(per -> calls.units() > 0 && calls.units() <= per.upTo()))
        .map(
            calls ->
                new TokenOffer(
                    id,
                    title,
                    other.inToken(calls.calls(), calls.units()).times(calls.calls()),
                    address,
                    pricedAs));
  }

  @Override
  public SettlementOrder settles() {
    return SettlementOrder.AFTER;
  }

  @Override
  public Repeat repeat() {
    return Repeat.SAME;
  }

  @Override
  public List<String> otherAddresses() {
    return List.of();
  }

  @Override
  public Optional<Tool> tool() {
    return Optional.empty();
  }

  @Override
  public JsonNode inputSchema() {
    return ANYTHING;
  }

  @Override
  public JsonNode outputSchema() {
    return ANYTHING;
  }

  /** The order that is paid at once; an order of before is paid without a body. */
  @Override
  public JsonNode exampleRequest() {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    pricedAs.ifPresent(
        calls -> {
          order.put("serviceId", calls.service()).put("calls", calls.calls());
          if (calls.units() > 0) {
            order.put("units", calls.units());
          }
        });
    return order;
  }

  @Override
  public JsonNode exampleResponse() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** It is written down in an instant. */
  @Override
  public int makingSeconds() {
    return 0;
  }

  @Override
  public boolean isListed() {
    return false;
  }
}
