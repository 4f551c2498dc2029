package io.tollroute.catalog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All services on sale at one moment. Never changes; a change of the files makes another one. */
public final class Catalogue {

  private final List<Service> services;
  private final Map<String, Service> byName;

  /**
   * A catalogue of these services.
   *
   * @throws IllegalArgumentException when two services, or one twice, claim an id or alias
   */
  public Catalogue(List<Service> services) {
    this.services = services.stream().sorted(Comparator.comparing(Service::id)).toList();
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

  /** All services, ordered by id. */
  public List<Service> services() {
    return services;
  }

  private static void claim(Map<String, Service> names, String name, Service service) {
    if (names.putIfAbsent(name, service) != null) {
      throw new IllegalArgumentException("'" + name + "' is claimed twice");
    }
  }
}
