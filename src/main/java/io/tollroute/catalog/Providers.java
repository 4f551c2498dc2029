package io.tollroute.catalog;

import java.util.Optional;

/** Who can do the work of services. */
@FunctionalInterface
public interface Providers {

  /** The kind of provider whose route this is; empty when nobody serves it. */
  Optional<ProviderKind> find(String route);

  /** Whoever is named does the work, and is content with any settings. */
  static Providers anybody() {
    return route -> Optional.of(new RouteKind(route));
  }
}
