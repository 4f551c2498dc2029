package io.tollroute.ops;

import io.tollroute.catalog.Service;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.x402.TermsBook;
import io.tollroute.x402.TermsTooLong;
import io.tollroute.x402.X402Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;

/**
 * What the terms of a service will leave out, said before it is on sale: by the settings with which
 * it would be served, or by the sandbox's where those are not complete.
 */
public final class ServiceRemarks implements Function<Service, List<String>> {

  private final Path home;
  private final Map<String, String> environment;
  private final Properties system;

  /** Settings are looked for where {@code serve} looks for them. */
  public ServiceRemarks(Path home, Map<String, String> environment, Properties system) {
    this.home = home;
    this.environment = environment;
    this.system = system;
  }

  @Override
  public List<String> apply(Service service) {
    try {
      Settings settings = settings();
      return TermsBook.remarks(service, X402Module.settings(settings));
    } catch (TermsTooLong e) {
      return List.of("tollroute.public-url: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Settings settings() throws IOException {
    try {
      return StartSettings.of(
          Application.Mode.SERVE, home, environment, system, StartSettings.propertiesFile(home));
    } catch (SettingsFault incomplete) {
      return sandbox();
    }
  }

  private Settings sandbox() throws IOException {
    try {
      return StartSettings.of(
          Application.Mode.SANDBOX, home, Map.of(), new Properties(), new Properties());
    } catch (SettingsFault e) {
      throw new IllegalStateException("the sandbox's own settings are complete", e);
    }
  }
}
