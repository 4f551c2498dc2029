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

  /** Whether a buyer waits for what comes of it; MCP sends a buyer's call from outside a route. */
  public boolean isBuyer(Exchange exchange) {
    String first = exchange.getFromRouteId();
    Route route = first == null ? null : exchange.getContext().getRoute(first);
    return route == null || BUYER.equals(route.getConfigurationId());
  }
}
