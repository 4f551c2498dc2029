package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** An invoice that a person pays and the operator marks as paid. */
final class ManualInstructions implements Processor {

  private final String text;

  ManualInstructions(String text) {
    this.text = text;
  }

  /** Makes the instructions the message, with the payment's id as reference. */
  @Override
  public void process(Exchange exchange) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    ObjectNode pay = shown.putObject("pay");
    pay.put("instructions", text);
    pay.put(
        "reference",
        CorridorSlots.BUYS
            .find(exchange)
            .map(PrepaidToken::id)
            .orElseGet(() -> CorridorSlots.SELLS.find(exchange).map(NewToken::id).orElse("")));
    exchange.getMessage().setBody(shown.toString());
  }
}
