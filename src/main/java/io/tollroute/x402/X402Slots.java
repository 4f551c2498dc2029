package io.tollroute.x402;

import io.tollroute.call.Slot;
import io.tollroute.corridor.CorridorSlots;
import org.apache.camel.Exchange;

/** The slots that the x402 steps use among themselves. */
final class X402Slots {

  /** Whether the settlement is to be sent (again). */
  static final Slot<Boolean> SETTLE = new Slot<>("settle", Boolean.class);

  /** How often the settlement was sent for this request. */
  static final Slot<Integer> SETTLE_COUNT = new Slot<>("settleCount", Integer.class);

  /** Whether only the chain can say what became of the payment. */
  static final Slot<Boolean> ASK_CHAIN = new Slot<>("askChain", Boolean.class);

  /** Why nobody settles the payment: it was used up before this call had sent a settlement. */
  static final Slot<String> PREEMPTED = new Slot<>("preempted", String.class);

  /** Whether a payment was signed with the key of the wallet that it names. */
  static final Slot<Boolean> RECOGNIZED = new Slot<>("recognized", Boolean.class);

  private X402Slots() {}

  static X402Payment payment(Exchange exchange) {
    return (X402Payment) CorridorSlots.PROOF.of(exchange);
  }
}
