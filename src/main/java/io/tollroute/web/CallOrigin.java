package io.tollroute.web;

import org.apache.camel.Exchange;
import org.apache.camel.Route;

/**
 * Tells who began what a route is doing, for routes that do not say it themselves: those that
 * somebody added.
 */
public final class CallOrigin {

  /** The route configuration of routes with which a buyer's request begins. */
  private static final String BUYER = "buyer";

  /** The route configuration of the route with which a provider's work begins. */
  private static final String WORK = "work";

  /** Whether a buyer waits for what comes of it; MCP sends a buyer's call from outside a route. */
  public boolean isBuyer(Exchange exchange) {
    Route route = first(exchange);
    return route == null || BUYER.equals(route.getConfigurationId());
  }

  /** Whether it is a provider's work, for which a call waits. */
  public boolean isWork(Exchange exchange) {
    Route route = first(exchange);
    return route != null && WORK.equals(route.getConfigurationId());
  }

  private static Route first(Exchange exchange) {
    String id = exchange.getFromRouteId();
    return id == null ? null : exchange.getContext().getRoute(id);
  }
}
