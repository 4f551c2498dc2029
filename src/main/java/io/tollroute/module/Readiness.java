package io.tollroute.module;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** A condition without which nothing can be sold, as a readiness check. */
public final class Readiness extends AbstractHealthCheck {

  private final Supplier<Optional<String>> objection;

  Readiness(String id, Supplier<Optional<String>> objection) {
    super("tollroute", id);
    this.objection = objection;
  }

  /** Why nothing can be sold; empty where this is no reason. */
  public Optional<String> objection() {
    return objection.get();
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Optional<String> found = objection.get();
    if (found.isPresent()) {
      builder.message(found.get()).down();
    } else {
      builder.up();
    }
  }
}
