package io.tollroute.catalog;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.util.List;
import java.util.Optional;

/** Makes the catalogue that is on sale, and what finds a service in it. */
public final class CatalogModule implements Module {

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    Providers providers = assembly.require(Providers.class);
    LiveCatalogue catalogue =
        assembly.provide(
            LiveCatalogue.class,
            catalogue(
                new ServiceFolder(
                    settings.path("tollroute.services"),
                    settings.text("tollroute.x402.settle"),
                    providers)));
    assembly.ready("providers", () -> lacking(catalogue.current(), providers));
    assembly.bean("liveCatalogue", catalogue);
    assembly.bean("findService", new FindService(catalogue));
    assembly.provide(Directions.class, new Directions(catalogue::current));
  }

  /** What a provider lacks whose work is on sale. */
  private static Optional<String> lacking(Catalogue offered, Providers providers) {
    return offered.services().stream()
        .map(service -> service.provider().route())
        .distinct()
        .flatMap(route -> providers.find(route).stream())
        .flatMap(kind -> kind.lacking().stream())
        .findFirst();
  }

  private static LiveCatalogue catalogue(ServiceFolder folder) throws SettingsFault {
    try {
      return new LiveCatalogue(folder);
    } catch (CatalogueFault fault) {
      throw new SettingsFault(List.of(fault.getMessage()));
    }
  }
}
