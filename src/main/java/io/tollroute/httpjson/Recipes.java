package io.tollroute.httpjson;

import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The recipes of services, each read once. */
final class Recipes {

  private record Read(Provider provider, Recipe recipe) {}

  private final HttpJsonProvider kind;

  // one entry for each id: a service read again replaces the one before it
  private final Map<String, Read> known = new ConcurrentHashMap<>();

  Recipes(HttpJsonProvider kind) {
    this.kind = kind;
  }

  /** The recipe of a service that is on sale, and so has one. */
  Recipe of(Service service) {
    Read read = known.get(service.id());
    if (read == null || read.provider() != service.provider()) {
      try {
        read = new Read(service.provider(), kind.recipe(service.provider()));
      } catch (RecipeFault e) {
        throw new IllegalStateException("a service is on sale that was not checked", e);
      }
      known.put(service.id(), read);
    }
    return read.recipe();
  }
}
