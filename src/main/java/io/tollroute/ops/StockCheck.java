package io.tollroute.ops;

import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Problem;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.catalog.ServiceRule;
import io.tollroute.module.Assembly;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Whether the route files and the service files are such that a start takes them, and what is on
 * sale then. What they say of credentials is looked at by others.
 */
final class StockCheck implements Check {

  static final String ROUTES = "routes";
  static final String SERVICES = "services";

  private static final int MOST_LINES = 20;

  private final Application.Mode mode;
  private final Settings settings;
  private final Properties file;
  private final Assembly announced;
  private Optional<RouteFiles> routes = Optional.empty();
  private Optional<Catalogue> catalogue = Optional.empty();

  /**
   * Looks where {@code settings} say.
   *
   * @param file the properties file, which may hold what route files name
   * @param announced what the modules say of themselves
   */
  StockCheck(Application.Mode mode, Settings settings, Properties file, Assembly announced) {
    this.mode = mode;
    this.settings = settings;
    this.file = file;
    this.announced = announced;
  }

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    routes(findings);
    if (routes.isPresent()) {
      services(routes.get(), findings);
    } else {
      findings.add(Finding.skip(SERVICES, "who does their work is not known without the routes"));
    }
    return findings;
  }

  /** The route files, when they were found to be right. */
  Optional<RouteFiles> routes() {
    return routes;
  }

  /** What is on sale, when all was found to be right. */
  Optional<Catalogue> catalogue() {
    return catalogue;
  }

  private void routes(List<Finding> findings) {
    try {
      RouteFiles read = Application.routes(mode, settings, file);
      Modules.check(read, announced);
      routes = Optional.of(read);
      findings.add(
          Finding.ok(
              ROUTES,
              "every call of the files in " + path("tollroute.routes") + " leads somewhere"));
    } catch (SettingsFault fault) {
      lines(
          ROUTES,
          fault.getMessage().lines().toList(),
          "mend the file; the shipped ones are in the archive of the release",
          findings);
    } catch (IOException e) {
      findings.add(
          Finding.fail(
              ROUTES,
              path("tollroute.routes") + " cannot be read: " + e.getClass().getSimpleName(),
              "look at its permissions"));
    }
  }

  private String path(String setting) {
    return settings.path(setting).toString();
  }

  private void services(RouteFiles read, List<Finding> findings) {
    ServiceFolder folder =
        new ServiceFolder(
            settings.path("tollroute.services"),
            settings.text("tollroute.x402.settle"),
            new RouteProviders(read, kinds()),
            announced.contributions(ServiceRule.class));
    try {
      Catalogue found = folder.load();
      catalogue = Optional.of(found);
      int withheld = found.withheld().size();
      String sale =
          found.services().size()
              + (found.services().size() == 1 ? " is on sale" : " are on sale")
              + (withheld == 0 ? "" : ", " + withheld + " are not");
      findings.add(
          found.services().isEmpty()
              ? Finding.warn(SERVICES, sale, "put one on sale; docs/customise.md tells how")
              : Finding.ok(SERVICES, sale));
    } catch (CatalogueFault fault) {
      lines(
          SERVICES,
          fault.problems().stream().map(Problem::toString).toList(),
          "mend the file; `tollroute services validate` looks at it again",
          findings);
    }
  }

  /** Alibaba's without its credentials, which are looked at with a call. */
  private List<ProviderKind> kinds() {
    try {
      ProviderKind described = RpcProvider.described();
      return announced.contributions(ProviderKind.class).stream()
          .map(kind -> kind.route().equals(RpcProvider.ROUTE) ? described : kind)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("the schema of a provider is in the jar", e);
    }
  }

  private static void lines(String check, List<String> lines, String todo, List<Finding> findings) {
    lines.stream().limit(MOST_LINES).forEach(line -> findings.add(Finding.fail(check, line, todo)));
    if (lines.size() > MOST_LINES) {
      findings.add(Finding.fail(check, (lines.size() - MOST_LINES) + " more of the kind", todo));
    }
  }

  /** A service none of whose calls is for nothing, if there is one. */
  Optional<Service> paid() {
    return catalogue.stream()
        .flatMap(found -> found.services().stream())
        .filter(service -> service.tariff().free().isEmpty())
        .findFirst();
  }
}
