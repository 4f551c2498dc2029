package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the kept answer to a payment say how the payment stands now. */
final class TellPayment implements Processor {

  private final ToldAgain told;

  TellPayment(ToldAgain told) {
    this.told = told;
  }

  @Override
  public void process(Exchange exchange) throws Refusal {
    CorridorSlots.ANSWER.put(exchange, told.now(CorridorSlots.ANSWER.of(exchange)));
  }
}
