package io.tollroute.ops;

import io.tollroute.alibaba.AlibabaCheck;
import io.tollroute.alibaba.AlibabaCredentials;
import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.sql.DatabaseCheck;
import io.tollroute.module.Assembly;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.x402.ChainCheck;
import io.tollroute.x402.FacilitatorCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Looks an installation over without starting it, and beside one that is open: nothing that is kept
 * is changed.
 */
public final class Doctor {

  private static final String LOG = "tollroute.log";

  private final Application.Mode mode;
  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;
  private final Clock clock;

  /** Looks at what a start from {@code home} would have. */
  public Doctor(
      Application.Mode mode,
      Path home,
      Map<String, String> environment,
      Properties system,
      Clock clock) {
    this.mode = mode;
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.system = system;
    this.clock = clock;
  }

  /**
   * All that was found, in the order in which it is best mended. Where settings cannot be read
   * there is nothing else to look at.
   *
   * @throws IOException when a file of the program itself cannot be read
   */
  public List<Finding> examine() throws IOException {
    try {
      Properties file = StartSettings.propertiesFile(home);
      List<String> names = new ArrayList<>(environment.keySet());
      names.addAll(system.stringPropertyNames());
      names.addAll(file.stringPropertyNames());
      CamelServerOptions.refuse(names);
      return examine(StartSettings.of(mode, home, environment, system, file), file);
    } catch (SettingsFault fault) {
      List<Finding> findings = new ArrayList<>();
      fault
          .getMessage()
          .lines()
          .forEach(
              line ->
                  findings.add(
                      Finding.fail(
                          SettingsCheck.NAME, line, "mend it; docs/settings.md tells of each")));
      findings.add(
          Finding.skip("everything else", "nothing is known without settings", "ask again then"));
      return findings;
    }
  }

  private List<Finding> examine(Settings settings, Properties file)
      throws SettingsFault, IOException {
    boolean realMoney = mode == Application.Mode.SERVE;
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new SettingsCheck(mode, settings, Path.of("")).look());
    boolean fits = isWell(findings);
    findings.addAll(
        new UnwiseSettings(
                settings,
                realMoney,
                system.getProperty(LOG, ""),
                StartSettings.propertiesPath(home))
            .look());
    Assembly announced = Modules.announce(mode, settings, clock);
    StockCheck stock = new StockCheck(mode, settings, file, announced);
    List<Finding> stocked = stock.look();
    findings.addAll(stocked);
    List<Service> services = stock.catalogue().map(Catalogue::services).orElse(List.of());
    List<Check> others = new ArrayList<>();
    AlibabaCredentials credentials = announced.require(AlibabaCredentials.class);
    others.add(new AlibabaCheck(settings, credentials, services, clock));
    others.add(
        new OtherProvidersCheck(
            services, announced.contributions(ProviderKind.class), RpcProvider.ROUTE));
    others.add(new FacilitatorCheck(settings, clock));
    others.add(new ChainCheck(settings, realMoney, clock));
    others.add(new DatabaseCheck(settings));
    others.add(new DiskCheck(settings, Path.of(system.getProperty("java.io.tmpdir", "/tmp"))));
    others.add(new PublicUrlCheck(settings, stock.paid().map(Service::id), realMoney, clock));
    List<Finding> provided = others.get(0).look();
    findings.addAll(start(fits && isWell(stocked) && isWell(provided), stock.routes(), file));
    findings.addAll(provided);
    others.stream().skip(1).forEach(check -> findings.addAll(check.look()));
    return findings;
  }

  private static boolean isWell(List<Finding> findings) {
    return findings.stream().noneMatch(found -> found.result() == Finding.Result.FAIL);
  }

  private List<Finding> start(boolean worthTrying, Optional<RouteFiles> routes, Properties file) {
    return worthTrying && routes.isPresent()
        ? new StartCheck(mode, home, environment, system, file, routes.get(), clock).look()
        : List.of(Finding.skip("start", "it would end at what is wrong elsewhere in this list"));
  }
}
