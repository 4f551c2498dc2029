package io.tollroute.catalog;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where somebody wanted to go who came to an address at which there is nothing. */
public final class Directions {

  private final Supplier<Catalogue> catalogue;

  /** Knows the services of {@code catalogue}. */
  public Directions(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * The path that was meant: one of {@code others}, or that of a service whose name is the last
   * part of what was written.
   */
  public Optional<String> to(String path, Collection<String> others) {
    Map<String, String> paths = new HashMap<>();
    others.forEach(other -> paths.put(other, other));
    return Nearest.to(path, paths).or(() -> address(path));
  }

  /** The id of the service that was meant by a name, an alias or a tool's name among them. */
  public Optional<String> service(String written) {
    return meant(written).map(Service::id);
  }

  private Optional<String> address(String path) {
    String[] parts = path.split("/");
    return parts.length == 0
        ? Optional.empty()
        : meant(parts[parts.length - 1]).map(Service::address);
  }

  private Optional<Service> meant(String written) {
    Catalogue offered = catalogue.get();
    return offered.find(written).or(() -> offered.nearest(written));
  }
}
