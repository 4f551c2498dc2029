package io.tollroute.x402;

import io.tollroute.corridor.CorridorSlots;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Puts the settlement into the header of the version in which the buyer paid. */
public final class ReceiptHeader implements Processor {

  @Override
  public void process(Exchange exchange) {
    byte[] receipt = CorridorSlots.RECEIPT.of(exchange).getBytes(StandardCharsets.UTF_8);
    exchange
        .getMessage()
        .setHeader(
            X402Slots.payment(exchange).receiptHeader(),
            Base64.getEncoder().encodeToString(receipt));
  }
}
