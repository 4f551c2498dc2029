package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.log.SparseLog;
import io.tollroute.x402.SettlementReading.Outcome;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Decides on the facilitator's answer to settle. */
public final class SettleAnswer implements Processor {

  private final SettlementReading reading;
  private final int maxSends;
  private final boolean chainKnown;

  /**
   * Sends a pending settlement at most {@code maxSends} times for one request. With {@code
   * chainKnown} the chain is asked where the facilitator leaves it open whether money moved. Lies
   * stand in {@code log}.
   */
  public SettleAnswer(int maxSends, boolean chainKnown, SparseLog log) {
    this.reading = new SettlementReading(log);
    this.maxSends = maxSends;
    this.chainKnown = chainKnown;
  }

  /**
   * Fills the receipt, or asks for another round or for the chain.
   *
   * @throws Refusal {@code settlement_refused} when no money moved, {@code settlement_unknown} when
   *     that cannot be said
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    int sends = X402Slots.SETTLE_COUNT.of(exchange) + 1;
    X402Slots.SETTLE_COUNT.put(exchange, sends);
    X402Slots.SETTLE.put(exchange, false);
    Outcome outcome =
        reading.settlement(body == null ? new byte[0] : body, X402Slots.payment(exchange));
    if (outcome instanceof Outcome.Settled settled) {
      CorridorSlots.RECEIPT.put(exchange, settled.receipt().toString());
    } else if (outcome instanceof Outcome.Pending) {
      CorridorSlots.IN_DOUBT.put(exchange, true);
      if (sends >= maxSends) {
        throw Refusal.of("settlement_unknown").because("settlement_pending");
      }
      X402Slots.SETTLE.put(exchange, true);
    } else if (outcome instanceof Outcome.Refused refused) {
      refuse(exchange, refused.reason(), refused.receipt());
    } else if (outcome instanceof Outcome.UsedUp usedUp) {
      notePreempted(exchange, usedUp.reason());
      askChain(exchange, Optional.of(usedUp.reason()));
    } else if (outcome instanceof Outcome.Failed failed) {
      askChain(exchange, Optional.of(failed.reason()));
    } else if (CorridorSlots.RECONCILING.find(exchange).orElse(false)) {
      askChain(exchange, Optional.empty());
    } else {
      // what was sent a moment ago the chain need not show yet, and the buyer waits already
      throw Refusal.of("settlement_unknown");
    }
  }

  private void refuse(Exchange exchange, String reason, ObjectNode receipt) throws Refusal {
    if (CorridorSlots.IN_DOUBT.find(exchange).orElse(false)) {
      askChain(exchange, Optional.of(reason));
      return;
    }
    CorridorSlots.RECEIPT.put(exchange, receipt.toString());
    throw Refusal.of("settlement_refused").because(reason);
  }

  /**
   * What is used up at the first attempt was used by somebody else. Where the answer exists it was
   * good when that was made, and pays for it; where the money moves first it pays for nothing.
   */
  private static void notePreempted(Exchange exchange, String reason) {
    boolean sentBefore = CorridorSlots.IN_DOUBT.find(exchange).orElse(false);
    if (!sentBefore && CorridorSlots.ANSWER.find(exchange).isEmpty()) {
      X402Slots.PREEMPTED.put(exchange, reason);
    }
  }

  private void askChain(Exchange exchange, Optional<String> reason) throws Refusal {
    if (!chainKnown) {
      Refusal unknown = Refusal.of("settlement_unknown");
      throw reason.map(unknown::because).orElse(unknown);
    }
    X402Slots.ASK_CHAIN.put(exchange, true);
  }
}
