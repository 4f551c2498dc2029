package io.tollroute.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tollroute.module.RouteTurn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  private static final List<Integer> MILLIS_OF_OTHERS =
      List.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);

  private static final List<Integer> MILLIS_OF_DISK =
      List.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000);

  private final MeterRegistry registry;

  /** Measures in {@code registry}. */
  StepTimes(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The commits of the ledger. */
  Timer commits() {
    return timer(
        "commit", "Commits of the ledger, waiting for their turn included", MILLIS_OF_DISK);
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String route, NamedNode definition) {
    String step = STEPS.get(RouteTurn.of(route).name());
    // Camel asks of every route, and takes this for none
    return step == null ? null : new Watch(timer(step, MEANINGS.get(step), MILLIS_OF_OTHERS));
  }

  private Timer timer(String step, String meaning, List<Integer> bounds) {
    return Timer.builder("tollroute." + step)
        .description(meaning)
        .serviceLevelObjectives(bounds.stream().map(Duration::ofMillis).toArray(Duration[]::new))
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
