package io.tollroute.breaker;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Shows which upstreams are not called at the moment, beside the readiness checks. It is always up:
 * one service that is out of order at its provider must not take the others off the market, and
 * whether the facilitator is away for long has a check of its own.
 */
public final class BreakerHealth extends AbstractHealthCheck {

  private final Breakers breakers;

  /** Shows the state of {@code breakers}. */
  public BreakerHealth(Breakers breakers) {
    super("tollroute", "upstreams");
    this.breakers = breakers;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    String open = String.join(", ", breakers.open());
    builder.detail("keptBack", open).message(open.isEmpty() ? null : "not called: " + open).up();
  }
}
