package io.tollroute.payment;

import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets go of a recovered charge: one that is paid and has no answer waits for its buyer. */
public final class EndRecovery implements Processor {

  private final Ledger ledger;

  /** Lets go in {@code ledger}. */
  public EndRecovery(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void process(Exchange exchange) throws Refusal {
    ledger.release(Payments.CHARGE.of(exchange));
  }
}
