package io.tollroute.module;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** What somebody who asks for readiness should know, though it keeps nobody from selling. */
public final class Remark extends AbstractHealthCheck {

  private final Supplier<Optional<String>> remark;

  Remark(String id, Supplier<Optional<String>> remark) {
    super("tollroute", id);
    this.remark = remark;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    remark.get().ifPresent(builder::message);
    builder.up();
  }
}
