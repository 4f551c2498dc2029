package io.tollroute.call;

import org.apache.camel.Exchange;

/** The trace that an exchange is part of, where somebody traces. */
public final class Trace {

  /** Where camel-telemetry keeps the span that an exchange is in. */
  private static final String SPAN = "tracing.activeSpan";

  private Trace() {}

  /** Makes what {@code next} does a part of what {@code exchange} is doing. */
  public static void goOn(Exchange exchange, Exchange next) {
    Object span = exchange.getProperty(SPAN);
    if (span != null) {
      next.setProperty(SPAN, span);
    }
  }
}
