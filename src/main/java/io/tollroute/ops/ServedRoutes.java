package io.tollroute.ops;

import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Providers;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * Which providers the route files of a home folder serve, for a command that does not start it, and
 * so asks for no credentials. Where they cannot be read everything counts as served: the start says
 * what is wrong with them.
 */
public final class ServedRoutes implements Supplier<Providers> {

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;

  /** Looks where a start from {@code home} would look. */
  public ServedRoutes(Path home, Map<String, String> environment, Properties system) {
    this.home = home;
    this.environment = environment;
    this.system = system;
  }

  @Override
  public Providers get() {
    try {
      Settings settings =
          StartSettings.of(
              Application.Mode.SERVE,
              home,
              environment,
              system,
              StartSettings.propertiesFile(home));
      RouteFolder folder = new RouteFolder(settings.path("tollroute.routes"));
      return new RouteProviders(
          RouteFiles.read(folder.files(true), text -> text), List.of(RpcProvider.described()));
    } catch (SettingsFault | IOException unreadable) {
      return Providers.anybody();
    }
  }
}
