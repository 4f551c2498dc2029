package io.tollroute.x402;

import io.tollroute.call.Caught;
import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import org.apache.camel.Exchange;

/** What follows when the facilitator did not answer to settle. */
public final class SettlementUnanswered {

  private final boolean chainKnown;

  /** With {@code chainKnown} the chain is asked where nobody waits for the call. */
  public SettlementUnanswered(boolean chainKnown) {
    this.chainKnown = chainKnown;
  }

  /**
   * The settlement never reached the facilitator: it moved nothing this time.
   *
   * @throws Refusal {@code facilitator_unavailable}, or as {@link #lost} when an earlier attempt
   *     may have moved money
   */
  public void unsent(Exchange exchange) throws Refusal {
    if (CorridorSlots.IN_DOUBT.find(exchange).orElse(false)) {
      lost(exchange);
      return;
    }
    throw refusal(exchange, "facilitator_unavailable");
  }

  /**
   * The settlement was sent, and what came of it did not come back.
   *
   * @throws Refusal {@code settlement_unknown} when somebody waits or no chain can be asked
   */
  public void lost(Exchange exchange) throws Refusal {
    if (!chainKnown || !CorridorSlots.RECONCILING.find(exchange).orElse(false)) {
      throw refusal(exchange, "settlement_unknown");
    }
    // an answer that says nothing
    exchange.getMessage().setBody(null);
  }

  private static Refusal refusal(Exchange exchange, String word) {
    return Refusal.of(word).causedBy(Caught.in(exchange));
  }
}
