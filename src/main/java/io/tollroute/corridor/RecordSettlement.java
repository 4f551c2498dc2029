package io.tollroute.corridor;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Records that the charge is settled; only then may the answer go out. */
public final class RecordSettlement implements Processor {

  private final Wait wait = new Wait();
  private final Ledger ledger;
  private final Clock clock;
  private final long keepSeconds;
  private final Lease lease;

  /**
   * Records in {@code ledger}; the answer is kept for {@code keepSeconds} from now at least, and
   * {@code lease} says how long the work may take that is left to do.
   */
  public RecordSettlement(Ledger ledger, Clock clock, long keepSeconds, Lease lease) {
    this.ledger = ledger;
    this.clock = clock;
    this.keepSeconds = keepSeconds;
    this.lease = lease;
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
    Charge charge = CorridorSlots.CHARGE.of(exchange);
    if (charge.state() == State.SETTLED) {
      return;
    }
    Charge settled =
        ledger.settled(
            charge,
            CorridorSlots.RECEIPT.of(exchange),
            clock.instant().getEpochSecond() + keepSeconds,
            workSeconds(exchange),
            wait.milliseconds(exchange));
    CorridorSlots.CHARGE.put(exchange, settled);
    if (settled.state() == State.REFUND_DUE) {
      throw Refusal.of("refund_due");
    }
  }

  /** None where nobody waits for the answer: its buyer has to come again. */
  private long workSeconds(Exchange exchange) {
    return CatalogueSlots.PRODUCT
        .find(exchange)
        .map(product -> lease.ofWork(product, CorridorSlots.PROOF.of(exchange)))
        .orElse(0L);
  }
}
