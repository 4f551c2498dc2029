package io.tollroute.ops;

import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.module.Assembly;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.RouteServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tollroute in a Camel that somebody else starts. Camel finds it on the class path while a context
 * is built, before it reads a route: then the objects that the route files name are made from the
 * context's properties and bound. Without a property of Tollroute nothing is done.
 */
public final class EmbeddedTollroute implements ContextServicePlugin {

  /** {@code serve}, {@code sandbox}, or {@code off}. */
  static final String SWITCH = "tollroute.embedded";

  /** Options of Camel that the route files need, on the class path. */
  static final String OF_CAMEL = "tollroute-camel.properties";

  /** Stands in the registry of a context that has been looked after. */
  private static final String MARK = "tollroute";

  private static final String OFF = "off";
  private static final String SANDBOX = "sandbox";
  private static final String PREFIX = "tollroute.";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedTollroute.class);

  /**
   * Makes and binds the objects, if the context has properties of Tollroute. Who builds a context
   * before it has its properties calls this himself, before routes are added.
   *
   * @throws ServiceConfigurationError when it must not sell with these properties
   */
  @Override
  public void load(CamelContext context) {
    Properties written =
        context.getPropertiesComponent().loadProperties(name -> name.startsWith(PREFIX));
    String how = how(written);
    if (how.equals(OFF)) {
      if (written.isEmpty()) {
        waitForProperties(context);
      }
      return;
    }
    if (context.getRegistry().lookupByName(MARK) != null) {
      return;
    }
    context.getRegistry().bind(MARK, this);
    try {
      embed(
          how.equals(SANDBOX) ? Application.Mode.SANDBOX : Application.Mode.SERVE,
          context,
          written);
    } catch (SettingsFault e) {
      e.getMessage().lines().forEach(LOG::error);
      throw refusal(e);
    } catch (IOException | RuntimeException e) {
      throw refusal(e);
    }
  }

  /** What {@code camel run} starts builds its context before it has read a property. */
  private void waitForProperties(CamelContext context) {
    context
        .getRegistry()
        .bind(
            "tollrouteListener",
            new MainListenerSupport() {
              @Override
              public void beforeConfigure(BaseMainSupport main) {
                load(main.getCamelContext());
              }
            });
  }

  private static void embed(Application.Mode mode, CamelContext context, Properties written)
      throws SettingsFault, IOException {
    Settings settings =
        StartSettings.of(
            mode, home(), System.getenv(), System.getProperties(), filledIn(context, written));
    Application.check(mode, settings, Clock.systemUTC());
    PropertiesComponent properties = context.getPropertiesComponent();
    properties.addPropertiesSource(
        new GivenProperties("tollroute-settings", Ordered.HIGHEST, settings.properties()));
    properties.addPropertiesSource(
        new GivenProperties("tollroute-camel", Ordered.LOWEST, ofCamel()));
    ContextProviders providers = new ContextProviders(context);
    Assembly assembly =
        Modules.assemble(
            mode,
            settings,
            Clock.systemUTC(),
            announced -> providers.knowing(announced.contributions(ProviderKind.class)));
    assembly.beans().forEach(context.getRegistry()::bind);
    assembly.whenStarted(EmbeddedTollroute::refuseDevelopment);
    assembly.whenStarted(started -> tellOfMissingDoor(started, assembly));
    assembly.whenStarted(started -> requireProviders(assembly, providers));
    Application.listen(context, assembly);
    closeWith(context, assembly);
    LOG.info(
        "tollroute {} sells in this Camel: network={} payTo={} services={}",
        assembly.version(),
        settings.text("tollroute.x402.network"),
        settings.text("tollroute.x402.pay-to"),
        assembly.require(LiveCatalogue.class).current().services().size());
  }

  private static String how(Properties written) {
    return Stream.of(
            System.getenv("TOLLROUTE_EMBEDDED"),
            System.getProperty(SWITCH),
            written.getProperty(SWITCH))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(written.isEmpty() ? OFF : "serve");
  }

  /**
   * What the context's properties say, with what stands in double braces filled in. Camel itself
   * can do that only later, when it has type converters.
   */
  private static Properties filledIn(CamelContext context, Properties written) {
    Properties all = context.getPropertiesComponent().loadProperties();
    Properties filledIn = new Properties();
    written.stringPropertyNames().stream()
        .filter(name -> !name.equals(SWITCH))
        .forEach(name -> filledIn.setProperty(name, filledIn(context, all, name, Set.of())));
    return filledIn;
  }

  private static String filledIn(
      CamelContext context, Properties all, String name, Set<String> within) {
    if (within.contains(name)) {
      throw new IllegalArgumentException(name + ": is made of itself");
    }
    Set<String> deeper = new HashSet<>(within);
    deeper.add(name);
    return PLACEHOLDER
        .matcher(all.getProperty(name))
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    all.getProperty(found.group(1)) != null
                        ? filledIn(context, all, found.group(1), deeper)
                        // a function, such as {{env:NAME}}
                        : context.resolvePropertyPlaceholders(found.group())));
  }

  private static Path home() {
    return Path.of(Optional.ofNullable(System.getenv("TOLLROUTE_HOME")).orElse(""))
        .toAbsolutePath();
  }

  private static Properties ofCamel() throws IOException {
    Properties options = new Properties();
    try (InputStream file = EmbeddedTollroute.class.getResourceAsStream("/" + OF_CAMEL)) {
      options.load(file);
    }
    return options;
  }

  /** What developers like costs buyers. */
  private static void refuseDevelopment(CamelContext context) {
    TracingRule.check(context.isTracing());
    if (context.hasService(RouteWatcherReloadStrategy.class) != null) {
      throw new RuntimeCamelException(
          "routes must not be reloaded while they are being paid for: leave"
              + " camel.main.routes-reload-enabled and --dev out");
    }
  }

  private static void tellOfMissingDoor(CamelContext context, Assembly assembly) {
    PlatformHttpComponent http = context.getComponent("platform-http", PlatformHttpComponent.class);
    if (http.getEngine() != assembly.require(RouteServer.class)) {
      LOG.warn(
          "another HTTP server than tollroute's serves buyers: it has to limit requests in flight and the"
              + " size of headers and bodies, and answers what is at no address in its own way"
              + " (docs/embedding.md)");
    }
  }

  /** A service whose route is not there would be sold and refused, call after call. */
  private static void requireProviders(Assembly assembly, ContextProviders providers) {
    List<String> unserved =
        assembly.require(LiveCatalogue.class).current().services().stream()
            .map(service -> service.provider().route())
            .filter(route -> !providers.isServed(route))
            .distinct()
            .toList();
    if (!unserved.isEmpty()) {
      throw new RuntimeCamelException(
          "services name routes that this Camel does not have: " + String.join(", ", unserved));
    }
  }

  private static void closeWith(CamelContext context, Assembly assembly) {
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext stopping) {
            try {
              assembly.drain(
                  Duration.ofSeconds(assembly.settings().whole("tollroute.drain-seconds")));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void onContextStopped(CamelContext stopped) {
            assembly.close();
          }
        });
  }

  /** Of an exception Camel would only warn, and then miss one object after the other. */
  private static ServiceConfigurationError refusal(Exception why) {
    return new ServiceConfigurationError(
        "tollroute cannot sell in this Camel: " + why.getMessage(), why);
  }
}
