package io.tollroute.ops;

import io.tollroute.module.Assembly;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Whether a start would come as far as listening: everything is put together once, with books of
 * its own in a temporary folder, and thrown away. No route is started and no port is opened.
 */
final class StartCheck implements Check {

  private static final String NAME = "start";

  private final Application.Mode mode;
  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;
  private final Properties file;
  private final RouteFiles routes;
  private final Clock clock;

  /** Puts together what a start from {@code home} would, of these route files. */
  StartCheck(
      Application.Mode mode,
      Path home,
      Map<String, String> environment,
      Properties system,
      Properties file,
      RouteFiles routes,
      Clock clock) {
    this.mode = mode;
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.system = system;
    this.file = file;
    this.routes = routes;
    this.clock = clock;
  }

  @Override
  public List<Finding> look() {
    try {
      Path folder = Files.createTempDirectory("tollroute-doctor");
      try {
        return in(folder);
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      return List.of(
          Finding.fail(
              NAME,
              "temporary files cannot be written: " + e.getClass().getSimpleName(),
              "make the folder of java.io.tmpdir, or name another one in JAVA_OPTS"));
    }
  }

  private List<Finding> in(Path folder) throws IOException {
    Map<String, String> elsewhere = new HashMap<>(environment);
    elsewhere.put("TOLLROUTE_DATABASE_URL", Settings.SQLITE + folder.resolve("doctor.db"));
    try {
      Settings settings = StartSettings.of(mode, home, elsewhere, system, file);
      try (Assembly assembly = Modules.assemble(mode, settings, routes, clock)) {
        return List.of(
            Finding.ok(
                NAME, "it comes as far as listening; " + assembly.beans().size() + " parts fit"));
      }
    } catch (SettingsFault fault) {
      List<Finding> findings = new ArrayList<>();
      fault
          .getMessage()
          .lines()
          .forEach(
              line ->
                  findings.add(
                      Finding.fail(NAME, MaskedUrl.in(line), "mend it; serve would not start")));
      return findings;
    } catch (RuntimeException e) {
      return List.of(
          Finding.fail(
              NAME,
              "it cannot be put together: " + MaskedUrl.in(String.valueOf(e.getMessage())),
              "serve would not start; -Dtollroute.log=debug in JAVA_OPTS says more"));
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
