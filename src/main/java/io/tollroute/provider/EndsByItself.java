package io.tollroute.provider;

import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Providers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Whether a route ends by itself, as its kind says; asked once for each. */
final class EndsByItself implements Predicate<String> {

  private final Providers providers;
  private final Map<String, Boolean> known = new ConcurrentHashMap<>();

  EndsByItself(Providers providers) {
    this.providers = providers;
  }

  @Override
  public boolean test(String route) {
    return known.computeIfAbsent(
        route, asked -> providers.find(asked).map(ProviderKind::endsByItself).orElse(false));
  }
}
