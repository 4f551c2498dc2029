package io.tollroute.ops;

import io.tollroute.catalog.Service;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says which providers were not called: those of which no call is known that costs nothing. What
 * they lack, as far as they tell, the services have been asked for already.
 */
final class OtherProvidersCheck implements Check {

  private static final String NAME = "provider";

  private final List<Service> services;
  private final String called;

  /** Looks at the providers of {@code services} but for the one that is {@code called}. */
  OtherProvidersCheck(List<Service> services, String called) {
    this.services = List.copyOf(services);
    this.called = called;
  }

  @Override
  public List<Finding> look() {
    Map<String, Integer> named = new TreeMap<>();
    services.stream()
        .map(service -> service.provider().route())
        .filter(route -> !route.equals(called))
        .forEach(route -> named.merge(route, 1, Integer::sum));
    List<Finding> findings = new ArrayList<>();
    named.forEach(
        (route, count) ->
            findings.add(
                Finding.skip(
                    NAME,
                    route
                        + " ("
                        + count
                        + (count == 1 ? " service" : " services")
                        + ") has what it asks for; whether its credentials are taken is not known, as"
                        + " no call of it is surely free",
                    "buy one call of it yourself")));
    return findings;
  }
}
