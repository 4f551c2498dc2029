package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Tariff;
import java.util.List;

/**
 * {@code x-payment-info} of an operation, in the two dialects that are read: {@code price} and
 * {@code protocols} (AgentCash Discovery v1, section 7), and {@code offers} (MPP discovery draft).
 */
final class PaymentInfo {

  private PaymentInfo() {}

  /** What an operation costs and how it is paid. */
  static ObjectNode of(Offer offer) {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    Price price = offer.service().price();
    info.set("price", price(offer.service().tariff()));
    ArrayNode protocols = info.putArray("protocols");
    ArrayNode offers = info.putArray("offers");
    for (Offer.Said said : offer.said()) {
      List<JsonNode> accepts = said.accepts();
      if (!accepts.isEmpty()) {
        String method = said.method().name();
        protocols.addObject().putObject(method).putArray("accepts").addAll(accepts);
        accepts.forEach(accepted -> offers.add(offer(method, accepted, price)));
      }
    }
    return info;
  }

  /** One that goes by the input is told as the lowest and the highest. */
  private static ObjectNode price(Tariff tariff) {
    ObjectNode price = JsonNodeFactory.instance.objectNode();
    price.put("mode", tariff.goesByInput() ? "dynamic" : "fixed");
    price.put("currency", tariff.currency());
    if (tariff.goesByInput()) {
      price.put("min", tariff.from().amount().toPlainString());
      price.put("max", tariff.cap().amount().toPlainString());
    } else {
      price.put("amount", tariff.from().amount().toPlainString());
    }
    return price;
  }

  /** Amounts are in the smallest units of the currency, which is a token's address. */
  private static ObjectNode offer(String method, JsonNode accepted, Price price) {
    ObjectNode offer = JsonNodeFactory.instance.objectNode();
    offer.put("intent", "charge").put("method", method);
    offer.set("amount", accepted.path("amount"));
    offer.set("currency", accepted.path("asset"));
    offer.put(
        "description",
        price.currency()
            + " "
            + price.amount().toPlainString()
            + " on "
            + accepted.path("network").asText()
            + ", "
            + accepted.path("scheme").asText());
    return offer;
  }
}
