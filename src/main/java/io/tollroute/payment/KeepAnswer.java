package io.tollroute.payment;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import io.tollroute.input.Input;
import io.tollroute.web.Envelope;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Puts the provider's answer into the envelope and keeps it, sealed, before money moves. */
public final class KeepAnswer implements Processor {

  private final Ledger ledger;
  private final AnswerSeal seal;
  private final Envelope envelope;
  private final Clock clock;
  private final long keepSeconds;

  /** Keeps answers for {@code keepSeconds}, and never for less than the payment's own validity. */
  public KeepAnswer(
      Ledger ledger, AnswerSeal seal, Envelope envelope, Clock clock, long keepSeconds) {
    this.ledger = ledger;
    this.seal = seal;
    this.envelope = envelope;
    this.clock = clock;
    this.keepSeconds = keepSeconds;
  }

  /**
   * Keeps the message body as the answer.
   *
   * @throws Refusal {@code provider_failed} without a body, or as {@link Ledger#keep}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    byte[] data = exchange.getMessage().getBody(byte[].class);
    if (data == null || data.length == 0) {
      throw Refusal.of("provider_failed");
    }
    byte[] answer = envelope.success(data, Call.REQUEST_ID.of(exchange));
    Proof proof = Payments.PROOF.of(exchange);
    long now = clock.instant().getEpochSecond();
    // a wallet may sign for ever; the answer is not kept that long
    long validity = Math.min(proof.validUntil(), now + 24 * 3600);
    byte[] sealed = seal.seal(answer, proof, Input.CANONICAL.of(exchange));
    Charge kept =
        ledger.keep(Payments.CHARGE.of(exchange), sealed, Math.max(now, validity) + keepSeconds);
    Payments.CHARGE.put(exchange, kept);
    Payments.ANSWER.put(exchange, answer);
  }
}
