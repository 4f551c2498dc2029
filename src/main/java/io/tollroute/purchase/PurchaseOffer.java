package io.tollroute.purchase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** A token as something that is sold itself: its price and its address make its x402 terms. */
final class PurchaseOffer {

  private static final Provider.Bounds NO_WORK =
      new Provider.Bounds(0, Provider.USUAL_ANSWER_BYTES);

  /** Where tokens are bought. */
  static final String ADDRESS = "/api/payments";

  private final JsonNode anything = JsonNodeFactory.instance.objectNode().put("type", "object");

  /** The address at which a payment is paid. */
  static String payAddress(String paymentId) {
    return ADDRESS + "/" + paymentId + "/pay";
  }

  /** A token bought and paid in one request, for which this order is an example. */
  Service paidAtOnce(Service service, int calls) {
    return service(
        JsonNodeFactory.instance.objectNode().put("serviceId", service.id()).put("calls", calls),
        "payments/" + service.id(),
        title(service.title(), calls),
        total(service.price().currency(), service.price().cents(), calls),
        ADDRESS);
  }

  /** A token that was ordered before, at the price of then. */
  Service paidLater(String paymentId, String title, String currency, long cents, int calls) {
    return service(
        JsonNodeFactory.instance.objectNode(),
        "payments/" + paymentId,
        title(title, calls),
        total(currency, cents, calls),
        payAddress(paymentId));
  }

  private static String title(String service, int calls) {
    return calls == 1 ? "A call of " + service : calls + " calls of " + service;
  }

  private static Price total(String currency, long cents, int calls) {
    return new Price(currency, BigDecimal.valueOf(cents, 2).multiply(BigDecimal.valueOf(calls)));
  }

  private Service service(ObjectNode order, String id, String title, Price price, String address) {
    return new Service(
        id,
        List.of(),
        "payments",
        title,
        title + ", paid in advance; pay only for a token that you hold.",
        List.of("token"),
        price,
        anything,
        anything,
        order,
        JsonNodeFactory.instance.objectNode(),
        new Provider("direct:none", Map.of(), NO_WORK),
        Service.Settlement.AFTER,
        Service.Repeat.SAME,
        address);
  }
}
