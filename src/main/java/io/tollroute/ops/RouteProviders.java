package io.tollroute.ops;

import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.RouteKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The providers that the route files serve. What a service must tell them is said by their kind:
 * one of the bundle, one in a jar beside it, or a schema beside the route file.
 */
final class RouteProviders implements Providers {

  private final RouteFiles routes;
  private final Map<String, ProviderKind> kinds = new HashMap<>();

  RouteProviders(RouteFiles routes, List<ProviderKind> ours) {
    this.routes = routes;
    ServiceLoader.load(ProviderKind.class).forEach(kind -> kinds.put(kind.route(), kind));
    for (ProviderKind kind : ours) {
      kinds.put(kind.route(), kind);
    }
  }

  @Override
  public Optional<ProviderKind> find(String route) {
    if (!routes.isServed(route)) {
      return Optional.empty();
    }
    ProviderKind kind = kinds.get(route);
    return Optional.of(kind != null ? kind : new RouteKind(route, routes.settingsSchema(route)));
  }
}
