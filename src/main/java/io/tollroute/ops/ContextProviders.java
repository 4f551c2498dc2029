package io.tollroute.ops;

import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.RouteKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.camel.CamelContext;
import org.apache.camel.util.URISupport;

/**
 * The providers among the routes of a Camel that somebody else starts. Its routes are read after
 * our services, so until it has started everybody who is named counts as there.
 */
final class ContextProviders implements Providers {

  /** Routes that Camel makes when they are called. */
  private static final String KAMELET = "kamelet:";

  private final CamelContext context;
  private final Map<String, ProviderKind> kinds = new HashMap<>();

  ContextProviders(CamelContext context) {
    this.context = context;
    ServiceLoader.load(ProviderKind.class).forEach(kind -> kinds.put(kind.route(), kind));
  }

  /** The same, with kinds of providers that are known already. */
  ContextProviders knowing(List<ProviderKind> known) {
    known.forEach(kind -> kinds.put(kind.route(), kind));
    return this;
  }

  @Override
  public Optional<ProviderKind> find(String route) {
    if (context.isStarted() && !isServed(route)) {
      return Optional.empty();
    }
    ProviderKind kind = kinds.get(route);
    return Optional.of(kind != null ? kind : new RouteKind(route));
  }

  /** Whether a route of the context begins there. */
  boolean isServed(String route) {
    String address = plain(route);
    return route.startsWith(KAMELET)
        || context.getRoutes().stream()
            .anyMatch(served -> plain(served.getEndpoint().getEndpointUri()).equals(address));
  }

  private static String plain(String uri) {
    return URISupport.stripQuery(uri).replaceFirst("^([a-z-]+):(//)?", "$1:");
  }
}
