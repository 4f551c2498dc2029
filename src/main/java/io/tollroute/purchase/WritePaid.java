package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.PrepaidToken;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Writes the answer that is owed once the money has moved: the payment, paid. */
final class WritePaid implements Processor {

  private final PaymentDocument document;

  WritePaid(PaymentDocument document) {
    this.document = document;
  }

  /** Makes the document the message; with the token when it is bought and paid in one. */
  @Override
  public void process(Exchange exchange) {
    Optional<PrepaidToken> ordered = CorridorSlots.BUYS.find(exchange);
    ObjectNode shown =
        ordered.isPresent()
            ? document.paid(ordered.get())
            : document
                .paid(CorridorSlots.SELLS.of(exchange))
                .put("token", PurchaseSlots.TOKEN.of(exchange));
    exchange.getMessage().setBody(shown.toString().getBytes(StandardCharsets.UTF_8));
  }
}
