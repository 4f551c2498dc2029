package io.tollroute.catalog;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;

/** Makes the catalogue that is on sale, and what finds a service in it. */
public final class CatalogModule implements Module {

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(ProductKind.class, new ProductKind(Service.KIND));
  }

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
                    providers,
                    assembly.contributions(ServiceRule.class))));
    assembly.ready("providers", () -> lacking(catalogue.current(), providers));
    assembly.whenConfigured(
        context -> whenAllRuns(context, () -> checkAgain(catalogue, providers)));
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

  /** Later than a usual listener is told, as no route can be added before. */
  private static void whenAllRuns(CamelContext context, Runnable work) {
    try {
      context.addStartupListener(
          new ExtendedStartupListener() {
            @Override
            public void onCamelContextStarted(CamelContext started, boolean before) {}

            @Override
            public void onCamelContextFullyStarted(CamelContext started, boolean before) {
              work.run();
            }
          });
    } catch (Exception e) {
      throw new IllegalStateException("a context that is not started takes listeners", e);
    }
  }

  /** Some of what may be said against a provider is known when routes have started. */
  private static void checkAgain(LiveCatalogue catalogue, Providers providers) {
    boolean well =
        catalogue.current().services().stream()
            .map(Service::provider)
            .allMatch(provider -> providers.objection(provider).isEmpty());
    if (!well) {
      try {
        catalogue.check();
      } catch (CatalogueFault fault) {
        throw new IllegalArgumentException(fault.getMessage(), fault);
      }
    }
  }

  private static LiveCatalogue catalogue(ServiceFolder folder) throws SettingsFault {
    try {
      return new LiveCatalogue(folder);
    } catch (CatalogueFault fault) {
      throw new SettingsFault(List.of(fault.getMessage()));
    }
  }
}
