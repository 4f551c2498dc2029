package io.tollroute.catalog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All services on sale at one moment. Never changes; a change of the files makes another one. */
public final class Catalogue {

  private final List<Service> services;
  private final List<Service> withheld;
  private final Map<String, Service> byName;

  /**
   * A catalogue of these services, of which some may be withheld.
   *
   * @throws IllegalArgumentException when two services, or one twice, claim an id or alias
   */
  public Catalogue(List<Service> services) {
    Map<Boolean, List<Service>> byShelf =
        services.stream()
            .sorted(Comparator.comparing(Service::id))
            .collect(Collectors.partitioningBy(service -> service.shelf().withheld().isEmpty()));
    this.services = byShelf.get(true);
    this.withheld = byShelf.get(false);
    Map<String, Service> names = new HashMap<>();
    for (Service service : this.services) {
      claim(names, service.id(), service);
      service.aliases().forEach(alias -> claim(names, alias, service));
    }
    this.byName = Map.copyOf(names);
  }

  /** The service of an id or of an alias, exactly as written: case matters. */
  public Optional<Service> find(String idOrAlias) {
    return Optional.ofNullable(byName.get(idOrAlias));
  }

  /** The service that somebody meant who wrote an id, an alias or a tool's name almost right. */
  public Optional<Service> nearest(String written) {
    Map<String, Service> names = new HashMap<>(byName);
    services.forEach(service -> names.put(service.toolName(), service));
    return Nearest.to(written, names);
  }

  /** All services on sale, ordered by id. */
  public List<Service> services() {
    return services;
  }

  /** Those whose files say that they are not on sale, ordered by id. Nobody else finds them. */
  public List<Service> withheld() {
    return withheld;
  }

  private static void claim(Map<String, Service> names, String name, Service service) {
    if (names.putIfAbsent(name, service) != null) {
      throw new IllegalArgumentException("'" + name + "' is claimed twice");
    }
  }
}
