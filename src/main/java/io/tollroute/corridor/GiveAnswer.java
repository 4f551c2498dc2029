package io.tollroute.corridor;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the kept answer the message that goes back. */
public final class GiveAnswer implements Processor {

  @Override
  public void process(Exchange exchange) {
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(CorridorSlots.ANSWER.of(exchange));
  }
}
