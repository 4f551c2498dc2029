package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Payments;
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
    Payments.ANSWER.put(exchange, told.now(Payments.ANSWER.of(exchange)));
  }
}
