package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.log.SparseLog;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Decides by the facilitator's answer to verify whether a payment is of the wallet that it names.
 */
public final class RecognitionAnswer implements Processor {

  private final SettlementReading reading;

  /** Reads answers, of which lies stand in {@code log}. */
  public RecognitionAnswer(SparseLog log) {
    this.reading = new SettlementReading(log);
  }

  /**
   * Lets the payer pass.
   *
   * @throws Refusal {@code payment_identifier_used} when the payment is not known to be his, or
   *     {@code facilitator_unavailable} when the facilitator did not say
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    if (!VerifyAnswer.read(reading, exchange).valid()) {
      throw Refusal.of("payment_identifier_used");
    }
  }
}
