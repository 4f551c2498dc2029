package io.tollroute.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

/**
 * How long a call waits for others: the facilitator, the provider, the chain's node, the ledger.
 * Measured around the routes that ask them, whatever comes of it; routes that tell a price are not
 * touched.
 */
final class StepTimes implements RoutePolicyFactory {

  /** What a route does that asks somebody. */
  private static final Map<String, String> STEPS =
      Map.of(
          "send-verify", "verify",
          "send-verify-again", "verify",
          "send-settle", "settle",
          "do-the-work", "upstream",
          "ask-chain-node", "chain",
          "ask-chain-node-again", "chain");

  private static final Map<String, String> MEANINGS =
      Map.of(
          "verify", "Calls of the facilitator's /verify",
          "settle", "Calls of the facilitator's /settle",
          "upstream", "The work of providers",
          "chain", "Questions to the chain's node");

  private static final double[] OF_OTHERS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private static final double[] OF_DISK = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5
  };

  private final MeterRegistry registry;

  /** Measures in {@code registry}. */
  StepTimes(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The commits of the ledger. */
  Timer commits() {
    return timer("commit", "Commits of the ledger, waiting for their turn included", OF_DISK);
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String route, NamedNode definition) {
    String step = STEPS.get(route);
    // Camel asks of every route, and takes this for none
    return step == null ? null : new Watch(timer(step, MEANINGS.get(step), OF_OTHERS));
  }

  private Timer timer(String step, String meaning, double[] seconds) {
    return Timer.builder("tollroute." + step)
        .description(meaning)
        .serviceLevelObjectives(
            DoubleStream.of(seconds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toArray(Duration[]::new))
        .register(registry);
  }

  /** Measures one route. */
  private static final class Watch extends RoutePolicySupport {

    private final Timer timer;

    Watch(Timer timer) {
      this.timer = timer;
    }

    private static String begun(Route route) {
      return "tollroute.begun." + route.getRouteId();
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
      exchange.setProperty(begun(route), System.nanoTime());
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
      if (exchange.removeProperty(begun(route)) instanceof Long begun) {
        timer.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
      }
    }
  }
}
