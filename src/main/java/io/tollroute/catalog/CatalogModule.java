package io.tollroute.catalog;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.util.List;

/** Makes the catalogue that is on sale, and what finds a service in it. */
public final class CatalogModule implements Module {

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    LiveCatalogue catalogue =
        assembly.provide(
            LiveCatalogue.class,
            catalogue(
                new ServiceFolder(
                    settings.path("tollroute.services"),
                    settings.text("tollroute.x402.settle"),
                    assembly.require(ServedAddresses.class)::isServed)));
    assembly.bean("liveCatalogue", catalogue);
    assembly.bean("findService", new FindService(catalogue));
    assembly.provide(Directions.class, new Directions(catalogue::current));
  }

  private static LiveCatalogue catalogue(ServiceFolder folder) throws SettingsFault {
    try {
      return new LiveCatalogue(folder);
    } catch (CatalogueFault fault) {
      throw new SettingsFault(List.of(fault.getMessage()));
    }
  }
}
