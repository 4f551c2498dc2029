package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Prepares the settlement of a charge whose answer is kept. */
public final class BeginSettlement implements Processor {

  /** Facilitators refuse authorizations that end sooner (x402 reference implementation). */
  private static final long SECONDS_LEFT = 6;

  private static final String TOO_LATE =
      "The provider's answer came too late for this payment to be settled. Nothing was charged;"
          + " sign a new payment.";

  private final Clock clock;

  /** {@code clock} says how long the payment is still valid. */
  public BeginSettlement(Clock clock) {
    this.clock = clock;
  }

  /**
   * Opens the loop that sends the settlement.
   *
   * @throws Refusal {@code provider_timeout} when the work outlasted the payment and nothing was
   *     sent before
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    boolean inDoubt = CorridorSlots.IN_DOUBT.find(exchange).orElse(false);
    long left = X402Slots.payment(exchange).validUntil() - clock.instant().getEpochSecond();
    if (!inDoubt && left < SECONDS_LEFT) {
      throw Refusal.of("provider_timeout").saying(TOO_LATE);
    }
    X402Slots.SETTLE.put(exchange, true);
    X402Slots.SETTLE_COUNT.put(exchange, 0);
    X402Slots.ASK_CHAIN.put(exchange, false);
  }
}
