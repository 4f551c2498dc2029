package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Payment;
import io.tollroute.payment.Payments;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Keeps terms from being offered for a payment that needs no money, or not through x402. */
final class RequirePayable implements Processor {

  private final Clock clock;

  RequirePayable(Clock clock) {
    this.clock = clock;
  }

  /**
   * Lets pass what can be paid with a signature.
   *
   * @throws Refusal {@code payment_not_payable}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Payment payment = Payments.BUYS.of(exchange);
    if (!payment.provider().equals("x402")) {
      throw Refusal.of("payment_not_payable").because("paid_through_" + payment.provider());
    }
    String status = payment.status(clock.instant().getEpochSecond());
    if (!status.equals("pending")) {
      throw Refusal.of("payment_not_payable").because("payment_" + status);
    }
  }
}
