package io.tollroute.cli;

import io.tollroute.ops.Application;
import io.tollroute.ops.ServeRules;
import io.tollroute.ops.StartSettings;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.OperatorGate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The way to the management port that the settings of a start would open. Where no token is set it
 * is the sandbox's, which {@code serve} does not take.
 */
public final class OperatorSettings implements OperatorAccess {

  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;

  /** Reads what a start from {@code home} would read. */
  public OperatorSettings(Path home, Map<String, String> environment, Properties system) {
    this.home = home;
    this.environment = environment;
    this.system = system;
  }

  @Override
  public URI url() throws Unknown {
    Settings settings = settings();
    String host = settings.text("tollroute.management.host");
    return URI.create(
        "http://"
            + (EVERYWHERE.contains(host) ? "127.0.0.1" : host)
            + ":"
            + settings.text("tollroute.management.port"));
  }

  @Override
  public String token() throws Unknown {
    return settings().optional(OperatorGate.TOKEN).orElse(ServeRules.SANDBOX_OPERATOR);
  }

  private Settings settings() throws Unknown {
    try {
      return StartSettings.of(
          Application.Mode.SERVE, home, environment, system, StartSettings.propertiesFile(home));
    } catch (SettingsFault fault) {
      throw new Unknown(fault.getMessage());
    } catch (IOException e) {
      throw new Unknown("conf/application.properties cannot be read: " + e.getMessage());
    }
  }
}
