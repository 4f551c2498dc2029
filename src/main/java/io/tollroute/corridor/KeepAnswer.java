package io.tollroute.corridor;

import io.tollroute.answer.Envelope;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.input.InputSlots;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.KeptAnswer;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.SpentUse;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.SettlementSeal;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives the answer its final shape and keeps it, sealed, before money moves or a use is spent. */
public final class KeepAnswer implements Processor {

  private static final int UPSTREAM_ID_LENGTH = 128;

  private final Wait wait = new Wait();
  private final Ledger ledger;
  private final AnswerSeal seal;
  private final SettlementSeal settlements;
  private final Shape shape;
  private final Clock clock;
  private final long keepSeconds;

  @FunctionalInterface
  private interface Shape {
    byte[] of(byte[] data, String requestId);
  }

  private KeepAnswer(
      Ledger ledger,
      AnswerSeal seal,
      SettlementSeal settlements,
      Shape shape,
      Clock clock,
      long keepSeconds) {
    this.ledger = ledger;
    this.seal = seal;
    this.settlements = settlements;
    this.shape = shape;
    this.clock = clock;
    this.keepSeconds = keepSeconds;
  }

  /**
   * Keeps a provider's answer in the envelope for {@code keepSeconds}, and never for less than the
   * payment's own validity.
   */
  public static KeepAnswer ofProvider(
      Ledger ledger,
      AnswerSeal seal,
      SettlementSeal settlements,
      Envelope envelope,
      Clock clock,
      long keepSeconds) {
    return new KeepAnswer(ledger, seal, settlements, envelope::success, clock, keepSeconds);
  }

  /** Keeps an answer of our own as it is, otherwise the same. */
  public static KeepAnswer ofOurs(
      Ledger ledger, AnswerSeal seal, SettlementSeal settlements, Clock clock, long keepSeconds) {
    return new KeepAnswer(ledger, seal, settlements, (data, id) -> data, clock, keepSeconds);
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
    byte[] answer = shape.of(data, CallSlots.REQUEST_ID.of(exchange));
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    Charge charge = CorridorSlots.CHARGE.of(exchange);
    long now = clock.instant().getEpochSecond();
    // a wallet may sign for ever; the answer is not kept that long
    long validity = Math.min(proof.validUntil(), now + 24 * 3600);
    KeptAnswer kept =
        new KeptAnswer(
            seal.seal(answer, charge.key(), proof, InputSlots.CANONICAL.of(exchange)),
            Math.max(now, validity) + keepSeconds,
            settlements.seal(proof),
            upstreamId(exchange),
            CorridorSlots.SELLS.find(exchange),
            wait.milliseconds(exchange));
    if (proof.prepaid().isPresent()) {
      SpentUse spent = ledger.spend(charge, kept);
      CorridorSlots.CHARGE.put(exchange, spent.charge());
      CorridorSlots.RECEIPT.put(exchange, spent.receipt());
    } else {
      CorridorSlots.CHARGE.put(exchange, ledger.keep(charge, kept));
    }
    CorridorSlots.ANSWER.put(exchange, answer);
  }

  private static Optional<String> upstreamId(Exchange exchange) {
    return CallSlots.UPSTREAM_ID.find(exchange).filter(id -> id.length() <= UPSTREAM_ID_LENGTH);
  }
}
