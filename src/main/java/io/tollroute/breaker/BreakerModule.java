package io.tollroute.breaker;

import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import org.apache.camel.health.HealthCheckRegistry;

/** Makes the circuit breakers, for whoever has somebody behind him who may be out of order. */
public final class BreakerModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    Settings settings = assembly.settings();
    Breakers breakers =
        assembly.provide(
            Breakers.class,
            new Breakers(
                new BreakerRules(
                    settings.text("tollroute.breaker").equals("on"),
                    settings.whole("tollroute.breaker.calls"),
                    settings.whole("tollroute.breaker.failure-percent"),
                    settings.whole("tollroute.breaker.open-seconds")),
                assembly.clock(),
                assembly.require(SparseLog.class)));
    assembly.bean("providerBreaker", new ProviderBreaker(breakers));
    assembly.whenStarted(
        context -> HealthCheckRegistry.get(context).register(new BreakerHealth(breakers)));
  }
}
