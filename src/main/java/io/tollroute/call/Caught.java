package io.tollroute.call;

import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;

/** What a branch of a route has caught. */
public final class Caught {

  private Caught() {}

  /**
   * The exception as it was thrown: some of Camel's steps, a circuit breaker among them, wrap what
   * passes through them.
   */
  public static Throwable in(Exchange exchange) {
    Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    while (caught instanceof RuntimeCamelException wrapper && wrapper.getCause() != null) {
      caught = wrapper.getCause();
    }
    return caught;
  }
}
