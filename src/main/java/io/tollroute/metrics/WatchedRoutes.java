package io.tollroute.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyConfiguration;
import org.apache.camel.component.micrometer.routepolicy.MicrometerRoutePolicyFactory;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;

/**
 * Camel's own measures of routes, for those that call out, run by the clock or do a provider's
 * work, and for an operator's own. The routes that a buyer's request passes are counted by what
 * comes of it: around each of them Camel's would cost more than telling a price does.
 */
final class WatchedRoutes implements RoutePolicyFactory {

  /** Route configurations of those that are left out. */
  private static final Set<String> LEFT_OUT = Set.of("buyer", "called", "operator");

  private final MicrometerRoutePolicyFactory measures = new MicrometerRoutePolicyFactory();

  /** Measures in {@code registry}. */
  WatchedRoutes(MeterRegistry registry) {
    MicrometerRoutePolicyConfiguration which = new MicrometerRoutePolicyConfiguration();
    // the sum of all routes would be of these only
    which.setContextEnabled(false);
    which.setAdditionalCounters(false);
    measures.setPolicyConfiguration(which);
    measures.setMeterRegistry(registry);
    // the version of Camel and of the JVM is known
    measures.setSkipCamelInfo(true);
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String route, NamedNode definition) {
    boolean leftOut =
        definition instanceof RouteDefinition made
            && made.getRouteConfigurationId() != null
            && LEFT_OUT.contains(made.getRouteConfigurationId());
    if (leftOut) {
      // what Camel takes for none
      return null;
    }
    measures.setCamelContext(context);
    return measures.createRoutePolicy(context, route, definition);
  }
}
