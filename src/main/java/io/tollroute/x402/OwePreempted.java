package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.Ledger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Records money that had reached us before the call that shows its payment. Whoever shows it may
 * have read it from the chain, so it buys no answer; the wallet that paid may take a credit.
 */
public final class OwePreempted implements Processor {

  private final Ledger ledger;

  /** Records in {@code ledger}. */
  public OwePreempted(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Ends the charge of a payment that somebody else has settled; any other passes.
   *
   * @throws Refusal {@code refund_due}, or as {@link Ledger#refundDue}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    if (X402Slots.PREEMPTED.find(exchange).isEmpty()) {
      return;
    }
    CorridorSlots.CHARGE.put(
        exchange,
        ledger.refundDue(
            CorridorSlots.CHARGE.of(exchange),
            CorridorSlots.RECEIPT.of(exchange),
            CorridorSlots.SELLS.find(exchange)));
    throw Refusal.of("refund_due");
  }
}
