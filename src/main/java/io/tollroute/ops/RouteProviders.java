package io.tollroute.ops;

import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.RouteKind;
import io.tollroute.settings.MaskedUrl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.camel.CamelContext;

/**
 * The providers that the route files serve. What a service must tell them is said by their kind:
 * one of the bundle, one in a jar beside it, or a schema beside the route file.
 */
final class RouteProviders implements Providers {

  private static final String KAMELET = "kamelet:";

  private final Map<String, ProviderKind> kinds = new HashMap<>();
  private volatile Served served;
  private volatile Optional<CamelContext> context = Optional.empty();

  /** The route files, and where they can be come by without a payment. */
  private record Served(RouteFiles routes, UnpaidPaths unpaid) {}

  RouteProviders(RouteFiles routes, List<ProviderKind> ours) {
    this.served = new Served(routes, new UnpaidPaths(routes));
    ServiceLoader.load(ProviderKind.class).forEach(kind -> kinds.put(kind.route(), kind));
    for (ProviderKind kind : ours) {
      kinds.put(kind.route(), kind);
    }
  }

  /** Tries Kamelets out in {@code made} as soon as it has started. */
  void tryIn(CamelContext made) {
    context = Optional.of(made);
  }

  /** Goes by other files from now on. */
  void serve(RouteFiles routes) {
    served = new Served(routes, new UnpaidPaths(routes));
  }

  /** The same for other files. */
  RouteProviders of(RouteFiles routes) {
    RouteProviders others = new RouteProviders(routes, List.of());
    others.kinds.putAll(kinds);
    others.context = context;
    return others;
  }

  /** What can be had for nothing is not sold. */
  @Override
  public Optional<String> objection(Provider provider) {
    UnpaidPaths unpaid = served.unpaid();
    return unpaid
        .to(provider.route())
        .or(() -> provider.looking().flatMap(looking -> unpaid.to(looking.route())))
        .or(() -> refusal(provider));
  }

  /** What a service says to a Kamelet makes a route of its own, which may come to nothing. */
  private Optional<String> refusal(Provider provider) {
    if (!provider.route().startsWith(KAMELET)) {
      return find(provider.route()).flatMap(kind -> kind.objection(provider));
    }
    return context
        .filter(CamelContext::isStarted)
        .flatMap(started -> failure(started, provider))
        .map(reason -> "no route can be made of " + provider.route() + ": " + reason);
  }

  private static Optional<String> failure(CamelContext started, Provider provider) {
    try {
      started.getEndpoint(provider.address());
      return Optional.empty();
    } catch (RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null && root.getCause() != root) {
        root = root.getCause();
      }
      // the message of another than the last cause is all address, and so all settings
      String reason =
          root == e || root.getMessage() == null
              ? root.getClass().getSimpleName()
              : root.getMessage();
      return Optional.of(
          MaskedUrl.in(masked(reason, started, provider)).strip().replaceAll("\\s+", " "));
    }
  }

  /** A setting may be a secret, as it is written or filled in. */
  private static String masked(String reason, CamelContext started, Provider provider) {
    String masked = reason;
    for (Object setting : provider.settings().values()) {
      String written = String.valueOf(setting);
      String filledIn = filledIn(written, started);
      for (String secret : List.of(written, filledIn)) {
        masked = secret.isEmpty() ? masked : masked.replace(secret, "\u2026");
      }
    }
    return masked;
  }

  private static String filledIn(String written, CamelContext started) {
    try {
      return started.resolvePropertyPlaceholders(written);
    } catch (IllegalArgumentException nothingThere) {
      return written;
    }
  }

  @Override
  public Optional<ProviderKind> find(String route) {
    RouteFiles routes = served.routes();
    if (!routes.isServed(route)) {
      return Optional.empty();
    }
    ProviderKind kind = kinds.get(route);
    return Optional.of(kind != null ? kind : new RouteKind(route, routes.settingsSchema(route)));
  }
}
