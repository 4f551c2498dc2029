package io.tollroute.purchase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.camel.Exchange;

/** How to pay, as the route of the payment provider says. */
final class Instructions {

  private final ObjectMapper json;

  Instructions(ObjectMapper json) {
    this.json = json;
  }

  /**
   * Adds the fields of the message body, a JSON object, to a document; what the document says
   * itself stays.
   *
   * @throws IllegalStateException when the route left no JSON object
   */
  void addTo(ObjectNode document, Exchange exchange) {
    for (Map.Entry<String, JsonNode> field : read(exchange).properties()) {
      if (!document.has(field.getKey())) {
        document.set(field.getKey(), field.getValue());
      }
    }
  }

  private JsonNode read(Exchange exchange) {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    try {
      JsonNode found = json.readTree(body == null ? new byte[0] : body);
      if (found != null && found.isObject()) {
        return found;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the payment provider's route left no JSON", e);
    }
    throw new IllegalStateException("the payment provider's route left no JSON object");
  }
}
