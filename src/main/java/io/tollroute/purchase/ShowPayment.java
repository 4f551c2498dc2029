package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.corridor.CorridorSlots;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Shows a payment without its token. */
final class ShowPayment implements Processor {

  private final PaymentDocument document;
  private final Instructions instructions;

  ShowPayment(PaymentDocument document, Instructions instructions) {
    this.document = document;
    this.instructions = instructions;
  }

  /** Makes the payment's document the message; while it is pending, with how to pay it. */
  @Override
  public void process(Exchange exchange) {
    ObjectNode shown = document.of(CorridorSlots.BUYS.of(exchange));
    if (shown.path("status").textValue().equals("pending")) {
      instructions.addTo(shown, exchange);
    }
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(shown.toString().getBytes(StandardCharsets.UTF_8));
  }
}
