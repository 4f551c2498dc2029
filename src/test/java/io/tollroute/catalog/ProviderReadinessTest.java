package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.module.Assembly;
import io.tollroute.module.Readiness;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsTable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Readiness by what the providers of the catalogue need")
class ProviderReadinessTest {

  private static final String ECHO = "direct:echo";

  /** A provider that may lose what it needs. */
  private static final class Keyed implements ProviderKind {

    private final String route;
    private Optional<String> lacking = Optional.empty();

    Keyed(String route) {
      this.route = route;
    }

    @Override
    public String route() {
      return route;
    }

    @Override
    public Optional<String> lacking() {
      return lacking;
    }
  }

  @TempDir private Path folder;

  private final Keyed used = new Keyed(ECHO);
  private final Keyed unused = new Keyed("direct:other");
  private Assembly assembly;

  @BeforeEach
  void assemble() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    assembly =
        new Assembly(
            Settings.resolve(
                SettingsTable.read(),
                folder,
                true,
                Map.of("TOLLROUTE_SERVICES", folder.toString()),
                new Properties(),
                new Properties()),
            Clock.systemUTC());
    assembly.provide(Providers.class, route -> Optional.of(route.equals(ECHO) ? used : unused));
    new CatalogModule().assemble(assembly);
  }

  private HealthCheck.Result providers() {
    Readiness check =
        assembly.readiness().stream()
            .filter(ready -> ready.getId().equals("providers"))
            .findFirst()
            .orElseThrow();
    return check.call();
  }

  @Test
  @DisplayName("is up while those that are used have it, whatever others lack")
  void up() {
    unused.lacking = Optional.of("OTHER_KEY: is not set");

    assertThat(providers().getState()).isEqualTo(HealthCheck.State.UP);
  }

  @Test
  @DisplayName("is down, and says what is lacking, from when one that is used loses it")
  void down() {
    used.lacking = Optional.of("THE_KEY: is not set");

    assertThat(providers().getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(providers().getMessage()).contains("THE_KEY: is not set");

    used.lacking = Optional.empty();

    assertThat(providers().getState()).isEqualTo(HealthCheck.State.UP);
  }
}
