package io.tollroute.ops;

import io.tollroute.module.Assembly;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.apache.camel.support.service.BaseService;

/**
 * Whether a shop would take route files up: they are read, held against the rules and the services,
 * and made into routes, with books in a temporary folder. No route is started, no port opened.
 */
public final class RouteTrial {

  private final Application.Mode mode;
  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;
  private final Clock clock;

  /** Tries what a start from {@code home} would have. */
  public RouteTrial(
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
   * What is wrong, a line each; none when they would be taken up.
   *
   * @param folder another folder of route files than the one that is set
   * @throws IOException when nothing temporary can be written
   */
  public List<String> faults(Optional<Path> folder) throws IOException {
    Path books = Files.createTempDirectory("tollroute-routes");
    try {
      Map<String, String> elsewhere = new HashMap<>(environment);
      elsewhere.put("TOLLROUTE_DATABASE_URL", Settings.SQLITE + books.resolve("routes.db"));
      folder.ifPresent(
          other -> elsewhere.put("TOLLROUTE_ROUTES", other.toAbsolutePath().toString()));
      return tried(elsewhere);
    } finally {
      try (Stream<Path> all = Files.walk(books)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      }
    }
  }

  private List<String> tried(Map<String, String> elsewhere) throws IOException {
    try {
      Properties file = StartSettings.propertiesFile(home);
      Settings settings = StartSettings.of(mode, home, elsewhere, system, file);
      RouteFiles routes = Application.routes(mode, settings, file);
      try (Assembly assembly = Modules.assemble(mode, settings, routes, clock)) {
        return made(Application.main(assembly, routes, file, new LiveDirect()), routes);
      }
    } catch (SettingsFault fault) {
      return MaskedUrl.in(fault.getMessage()).lines().toList();
    }
  }

  private static List<String> made(Main main, RouteFiles routes) {
    try {
      main.init();
      ((BaseService) main.getCamelContext()).init();
      return List.of();
    } catch (Exception e) {
      return List.of(StartFault.of(e, main.getCamelContext(), routes).getMessage());
    } finally {
      main.getCamelContext().stop();
      main.stop();
    }
  }
}
