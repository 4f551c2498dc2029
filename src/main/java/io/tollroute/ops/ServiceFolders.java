package io.tollroute.ops;

import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.catalog.ServiceRule;
import io.tollroute.httpjson.HttpJsonProvider;
import io.tollroute.mcp.ToolArguments;
import io.tollroute.purchase.PurchaseModule;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.x402.WholeUnits;
import io.tollroute.x402.X402Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/**
 * Folders of service files as the route files of a home folder would have them, for a command that
 * does not start it, and so asks for no credentials. Where those cannot be read every provider
 * counts as served: the start says what is wrong with them.
 */
public final class ServiceFolders implements Function<Path, ServiceFolder> {

  private static final ServiceRule TOOL_ARGUMENTS =
      new ToolArguments(List.of(X402Module.CARRIER, PurchaseModule.CARRIER));

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;

  /** Looks where a start from {@code home} would look. */
  public ServiceFolders(Path home, Map<String, String> environment, Properties system) {
    this.home = home;
    this.environment = environment;
    this.system = system;
  }

  @Override
  public ServiceFolder apply(Path folder) {
    Optional<Settings> settings = settings();
    List<ServiceRule> rules = new ArrayList<>(List.of(TOOL_ARGUMENTS));
    settings.ifPresent(
        found -> rules.add(new WholeUnits(found.whole("tollroute.x402.asset-decimals"))));
    return new ServiceFolder(folder, "after", providers(settings), rules);
  }

  private Optional<Settings> settings() {
    try {
      return Optional.of(
          StartSettings.of(
              Application.Mode.SERVE,
              home,
              environment,
              system,
              StartSettings.propertiesFile(home)));
    } catch (SettingsFault | IOException unreadable) {
      return Optional.empty();
    }
  }

  private static Providers providers(Optional<Settings> readable) {
    if (readable.isEmpty()) {
      return Providers.anybody();
    }
    Settings settings = readable.get();
    try {
      RouteFolder folder = new RouteFolder(settings.path("tollroute.routes"));
      return new RouteProviders(
          RouteFiles.read(folder.files(true), text -> text),
          List.of(RpcProvider.described(), HttpJsonProvider.described()));
    } catch (SettingsFault | IOException unreadable) {
      return Providers.anybody();
    }
  }
}
