package io.tollroute.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tollroute.call.Slot;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/** All that was counted and measured, as text for Prometheus. */
public final class MetricsReport {

  private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private static final Slot<String> OUTCOME = new Slot<>("outcome", String.class);

  private final Optional<PrometheusMeterRegistry> registry;
  private final List<Runnable> before;

  private MetricsReport(Optional<PrometheusMeterRegistry> registry, List<Runnable> before) {
    this.registry = registry;
    this.before = List.copyOf(before);
  }

  /** Of {@code registry}, in which {@code before} puts what comes and goes. */
  static MetricsReport of(PrometheusMeterRegistry registry, List<Runnable> before) {
    return new MetricsReport(Optional.of(registry), before);
  }

  /** Where nothing is counted. */
  static MetricsReport ofNothing() {
    return new MetricsReport(Optional.empty(), List.of());
  }

  /** Makes the text the message that goes back; where nothing is counted there is none. */
  public void render(Exchange exchange) {
    OUTCOME.put(exchange, registry.isPresent() ? "done" : "not_found");
    exchange.getMessage().setBody(registry.map(this::text).orElse("# tollroute.metrics is off\n"));
  }

  private synchronized String text(PrometheusMeterRegistry counted) {
    before.forEach(Runnable::run);
    return counted.scrape(FORMAT);
  }
}
