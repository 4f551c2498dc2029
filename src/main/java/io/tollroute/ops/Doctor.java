package io.tollroute.ops;

import io.tollroute.alibaba.AlibabaCheck;
import io.tollroute.alibaba.AlibabaCredentials;
import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Catalogue;
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
      List<Finding> findings = faults(fault);
      findings.add(
          Finding.skip("everything else", "nothing is known without settings", "ask again then"));
      return findings;
    }
  }

  private static List<Finding> faults(SettingsFault fault) {
    List<Finding> findings = new ArrayList<>();
    fault
        .getMessage()
        .lines()
        .forEach(
            line ->
                findings.add(
                    Finding.fail(
                        SettingsCheck.NAME, line, "mend it; docs/settings.md tells of each")));
    return findings;
  }

  private List<Finding> examine(Settings settings, Properties file) throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new SettingsCheck(mode, settings, Path.of("")).look());
    boolean fits = isWell(findings);
    findings.addAll(
        new UnwiseSettings(
                settings,
                realMoney(),
                system.getProperty(Settings.LOG, settings.text("tollroute.log.level")),
                StartSettings.propertiesPath(home))
            .look());
    try {
      Assembly announced = Modules.announce(mode, settings, clock);
      StockCheck stock = new StockCheck(mode, settings, file, announced);
      List<Finding> stocked = stock.look();
      List<Finding> provided = provided(settings, announced, stock);
      findings.addAll(stocked);
      findings.addAll(start(fits && isWell(stocked) && isWell(provided), stock.routes(), file));
      findings.addAll(provided);
      for (Check check : others(settings, stock)) {
        findings.addAll(looked(check));
      }
    } catch (SettingsFault fault) {
      findings.addAll(faults(fault));
    }
    return findings;
  }

  /** A look that comes to nothing keeps nobody from the others. */
  private static List<Finding> looked(Check check) {
    try {
      return check.look();
    } catch (RuntimeException e) {
      // its message may quote what it could not read
      return List.of(
          Finding.fail(
              check.getClass().getSimpleName(),
              "it could not be looked at: " + e.getClass().getSimpleName(),
              "mend what the other lines tell of, and ask again"));
    }
  }

  private boolean realMoney() {
    return mode == Application.Mode.SERVE;
  }

  private List<Finding> provided(Settings settings, Assembly announced, StockCheck stock)
      throws IOException {
    List<Service> services = stock.catalogue().map(Catalogue::services).orElse(List.of());
    List<Finding> findings = new ArrayList<>();
    AlibabaCredentials credentials = announced.require(AlibabaCredentials.class);
    findings.addAll(looked(new AlibabaCheck(settings, credentials, services, clock)));
    findings.addAll(new OtherProvidersCheck(services, RpcProvider.ROUTE).look());
    return findings;
  }

  private List<Check> others(Settings settings, StockCheck stock) throws IOException {
    return List.of(
        new FacilitatorCheck(settings, clock),
        new ChainCheck(settings, realMoney(), clock),
        new DatabaseCheck(settings),
        new DiskCheck(settings, Path.of(system.getProperty("java.io.tmpdir", "/tmp"))),
        new OpenShopCheck(settings, clock),
        new PublicUrlCheck(settings, stock.paid().map(Service::id), realMoney(), clock));
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
