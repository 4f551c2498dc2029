package io.tollroute.payment;

import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Records that the charge is settled; only then may the answer go out. */
public final class RecordSettlement implements Processor {

  private final Ledger ledger;

  /** Records in {@code ledger}. */
  public RecordSettlement(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Moves the charge to settled.
   *
   * @throws Refusal as {@link Ledger#settled}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Charge charge = Payments.CHARGE.of(exchange);
    Payments.CHARGE.put(exchange, ledger.settled(charge, Payments.RECEIPT.of(exchange)));
  }
}
