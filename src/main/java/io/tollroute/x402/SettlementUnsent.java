package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Payments;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Ends a call whose settlement never reached the facilitator: it moved nothing this time. */
public final class SettlementUnsent implements Processor {

  /**
   * Refuses.
   *
   * @throws Refusal {@code facilitator_unavailable}, or {@code settlement_unknown} when an earlier
   *     attempt may have moved money
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    boolean inDoubt = Payments.IN_DOUBT.find(exchange).orElse(false);
    throw Refusal.of(inDoubt ? "settlement_unknown" : "facilitator_unavailable")
        .causedBy(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
  }
}
