package io.tollroute.call;

import org.apache.camel.Exchange;

/** How often an address may ask for what costs nothing. */
@FunctionalInterface
public interface FreeCalls {

  /**
   * Lets pass who has not come too often.
   *
   * @param exchange of the caller's request
   * @throws Refusal {@code too_many_requests}
   */
  void admit(Exchange exchange) throws Refusal;

  /** Counts so many calls more for one that was let pass, as its answer costs as much as theirs. */
  default void count(Exchange exchange, int more) {}
}
