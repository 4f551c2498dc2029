package io.tollroute.mcp;

import io.tollroute.call.CallSlots;
import io.tollroute.call.FreeCalls;
import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;

/** How often an address may send messages that cost nothing. */
@FunctionalInterface
interface FreeMessages {

  /**
   * Lets a message pass.
   *
   * @throws McpFault {@code too_many_requests}
   */
  void admit(HttpCall call) throws McpFault;

  /** Counts so many messages more for one that was let pass. */
  default void count(HttpCall call, int more) {}

  /** Counts messages with everything else that is free. */
  static FreeMessages among(FreeCalls calls) {
    return new FreeMessages() {
      @Override
      public void admit(HttpCall call) throws McpFault {
        Exchange exchange = (Exchange) call.origin();
        try {
          calls.admit(exchange);
        } catch (Refusal refusal) {
          CallSlots.REFUSAL.put(exchange, refusal);
          throw McpFault.of("too_many_requests").after(CallSlots.QUOTA.of(exchange).resetSeconds());
        }
      }

      @Override
      public void count(HttpCall call, int more) {
        calls.count((Exchange) call.origin(), more);
      }
    };
  }
}
