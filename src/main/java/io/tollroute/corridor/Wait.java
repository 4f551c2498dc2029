package io.tollroute.corridor;

import java.util.Optional;
import org.apache.camel.Exchange;

/** How long the buyer of a call has waited until now. */
final class Wait {

  /**
   * Milliseconds since the request came in that began the call. Empty for a request that takes up
   * what an earlier one has left, as its buyer has waited longer; and where nobody waits.
   */
  Optional<Long> milliseconds(Exchange exchange) {
    boolean waits =
        CorridorSlots.CLAIMED.find(exchange).filter("new"::equals).isPresent()
            && !CorridorSlots.RECONCILING.find(exchange).orElse(false);
    return waits ? Optional.of(exchange.getClock().elapsed()) : Optional.empty();
  }
}
