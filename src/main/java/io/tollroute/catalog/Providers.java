package io.tollroute.catalog;

import java.util.Optional;

/** Who can do the work of services. */
@FunctionalInterface
public interface Providers {

  /** The kind of provider whose route this is; empty when nobody serves it. */
  Optional<ProviderKind> find(String route);

  /**
   * Why a provider that is there cannot be called as a service tells it to, in one line; empty when
   * nothing is known against it.
   */
  default Optional<String> objection(Provider provider) {
    return Optional.empty();
  }

  /** Whoever is named does the work, and is content with any settings. */
  static Providers anybody() {
    return route -> Optional.of(new RouteKind(route));
  }
}
