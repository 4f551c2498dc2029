package io.tollroute.ops;

import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Service;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether the kinds of provider that no call without a cost is known of have what they need, as far
 * as they tell. They are not called: that may cost something.
 */
final class OtherProvidersCheck implements Check {

  private static final String NAME = "provider";

  private final List<Service> services;
  private final Map<String, ProviderKind> kinds = new TreeMap<>();

  /** Asks those of {@code kinds} that {@code services} name, but for {@code called}. */
  OtherProvidersCheck(List<Service> services, List<ProviderKind> kinds, String called) {
    this.services = List.copyOf(services);
    kinds.stream()
        .filter(kind -> !kind.route().equals(called))
        .forEach(kind -> this.kinds.put(kind.route(), kind));
  }

  @Override
  public List<Finding> look() {
    Map<String, Integer> named = new TreeMap<>();
    services.forEach(service -> named.merge(service.provider().route(), 1, Integer::sum));
    List<Finding> findings = new ArrayList<>();
    kinds.forEach(
        (route, kind) -> {
          if (named.containsKey(route)) {
            findings.add(finding(kind, named.get(route)));
          }
        });
    return findings;
  }

  private static Finding finding(ProviderKind kind, int services) {
    return kind.lacking()
        .map(lacking -> Finding.fail(NAME, kind.route() + ": " + lacking, "give it what it lacks"))
        .orElseGet(
            () ->
                Finding.ok(
                    NAME,
                    kind.route()
                        + " has what its "
                        + (services == 1 ? "service asks" : services + " services ask")
                        + " for; it was not called, as that may cost something"));
  }
}
