package io.tollroute.payment;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Charge.State;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Records that the charge is settled; only then may the answer go out. */
public final class RecordSettlement implements Processor {

  private final Ledger ledger;
  private final Clock clock;
  private final long keepSeconds;

  /** Records in {@code ledger}; the answer is kept for {@code keepSeconds} from now at least. */
  public RecordSettlement(Ledger ledger, Clock clock, long keepSeconds) {
    this.ledger = ledger;
    this.clock = clock;
    this.keepSeconds = keepSeconds;
  }

  /**
   * Moves the charge to settled, or to paid when its answer is still owed. A use of a token was
   * spent with its answer, and there is nothing left to record.
   *
   * @throws Refusal {@code refund_due} when the money came for something that was paid already, or
   *     as {@link Ledger#settled}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Charge charge = Payments.CHARGE.of(exchange);
    if (charge.state() == State.SETTLED) {
      return;
    }
    Charge settled =
        ledger.settled(
            charge, Payments.RECEIPT.of(exchange), clock.instant().getEpochSecond() + keepSeconds);
    Payments.CHARGE.put(exchange, settled);
    if (settled.state() == State.REFUND_DUE) {
      throw Refusal.of("refund_due");
    }
  }
}
