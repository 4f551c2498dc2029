package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.log.SparseLog;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Decides on the facilitator's answer to verify. */
public final class VerifyAnswer implements Processor {

  private final SettlementReading reading;
  private final boolean chainKnown;

  /**
   * With {@code chainKnown} the chain is asked who was paid by what is used up already. Lies stand
   * in {@code log}.
   */
  public VerifyAnswer(boolean chainKnown, SparseLog log) {
    this.reading = new SettlementReading(log);
    this.chainKnown = chainKnown;
  }

  /**
   * Lets a valid payment pass, and says of one that somebody else has used up that it is.
   *
   * @throws Refusal {@code payment_refused} with the facilitator's reason, or {@code
   *     facilitator_unavailable} when it did not say
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    SettlementReading.Verification verification = read(reading, exchange);
    if (chainKnown && FacilitatorReasons.isUsedUp(verification.reason())) {
      X402Slots.PREEMPTED.put(exchange, verification.reason());
    } else if (!verification.valid()) {
      throw Refusal.of("payment_refused").because(verification.reason());
    }
  }

  /** What the facilitator's answer in the message says. */
  static SettlementReading.Verification read(SettlementReading reading, Exchange exchange)
      throws Refusal {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    return reading
        .verification(
            body == null ? new byte[0] : body,
            exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class),
            X402Slots.payment(exchange))
        .orElseThrow(() -> Refusal.of("facilitator_unavailable"));
  }
}
