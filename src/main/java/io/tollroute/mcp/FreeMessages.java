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

  /** Counts messages with everything else that is free. */
  static FreeMessages among(FreeCalls calls) {
    return call -> {
      Exchange exchange = (Exchange) call.origin();
      try {
        calls.admit(exchange);
      } catch (Refusal refusal) {
        throw McpFault.of("too_many_requests").after(CallSlots.QUOTA.of(exchange).resetSeconds());
      }
    };
  }
}
