package io.tollroute.ops;

import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.log.LogOutput;
import io.tollroute.module.Assembly;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.LiveAddresses;
import io.tollroute.web.RouteServer;
import io.tollroute.x402.KnownAssets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tollroute as a Camel main: settings, objects and route files put together. */
public final class Application implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  /** Where the product takes place. */
  public enum Mode {
    /** Play money and stand-ins, everything in one process. */
    SANDBOX,
    /** Real money. */
    SERVE
  }

  /** After the calls in flight: routes, server, ledger. */
  private static final int SECONDS_TO_CLOSE = 8;

  private static final String LOG_LEVEL = "tollroute.log.level";

  private static final String TEMPORARY = "java.io.tmpdir";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}:]+)}}");

  private final Settings settings;
  private final Assembly assembly;
  private final RouteFiles routes;
  private final Main main;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Application(Settings settings, Assembly assembly, RouteFiles routes, Main main) {
    this.settings = settings;
    this.assembly = assembly;
    this.routes = routes;
    this.main = main;
  }

  /**
   * Puts the program together without starting it.
   *
   * @param home folder in which relative paths stand
   * @throws SettingsFault naming every setting with which it must not start, or every fault of the
   *     services folder
   */
  public static Application create(
      Mode mode, Path home, Map<String, String> environment, Properties system, Clock clock)
      throws SettingsFault, IOException {
    checkTemporaryFolder(system);
    Properties file = StartSettings.propertiesFile(home);
    CamelServerOptions.refuse(
        Stream.of(environment.keySet(), system.stringPropertyNames(), file.stringPropertyNames())
            .flatMap(Set::stream)
            .toList());
    Settings settings = StartSettings.of(mode, home, environment, system, file);
    writeLog(settings, system);
    check(mode, settings, clock);
    if (mode == Mode.SERVE) {
      SecretsInFile.warning(settings, StartSettings.propertiesPath(home)).ifPresent(LOG::warn);
    }
    new EarlierLedger(settings, Path.of("")).check(mode == Mode.SERVE);
    checkPort(settings, "tollroute.host", "tollroute.port");
    checkPort(settings, "tollroute.management.host", "tollroute.management.port");
    RouteFiles routes = routes(mode, settings, file);
    Assembly assembly = Modules.assemble(mode, settings, routes, clock);
    LiveDirect direct = new LiveDirect();
    followRoutes(mode, assembly, routes, file, direct);
    return new Application(settings, assembly, routes, main(assembly, routes, file, direct));
  }

  /** What is usual is so from the first line on, and what -D says too. */
  private static void writeLog(Settings settings, Properties system) {
    if (!settings.isDefault(LOG_LEVEL) && system.getProperty(Settings.LOG) == null) {
      LogOutput.ofProcess().level(settings.text(LOG_LEVEL));
    }
    if (settings.text("tollroute.log.format").equals("json")) {
      LogOutput.ofProcess().json();
    }
  }

  /** Lets settings pass with which a mode may start, whoever starts it. */
  static void check(Mode mode, Settings settings, Clock clock) throws SettingsFault, IOException {
    if (mode == Mode.SERVE) {
      new ServeRules(settings, KnownAssets.read()).check();
    } else {
      new SandboxRules(settings).check();
    }
    Optional<String> contradiction = ServeRules.contradiction(settings);
    if (contradiction.isPresent()) {
      throw new SettingsFault(List.of(contradiction.get()));
    }
    if (mode == Mode.SERVE) {
      PublicUrlRules.warnings(settings).forEach(LOG::warn);
    }
    new NodeCheck(settings, clock).check(mode == Mode.SERVE);
  }

  private static void followRoutes(
      Mode mode, Assembly assembly, RouteFiles routes, Properties file, LiveDirect direct) {
    Settings settings = assembly.settings();
    int millis = settings.whole("tollroute.routes-poll-ms");
    if (millis == 0) {
      return;
    }
    boolean sandbox = mode == Mode.SANDBOX;
    ScheduledThreadPoolExecutor timer = assembly.timer("route-files");
    assembly.whenStarted(
        context -> {
          LiveRoutes live =
              new LiveRoutes(
                  new RouteFolder(settings.path("tollroute.routes")),
                  sandbox,
                  () -> {
                    RouteFiles read = routes(mode, settings, file);
                    Modules.check(read, assembly);
                    RouteRules.checkBeans(read, assembly.beans().keySet());
                    return read;
                  },
                  assembly,
                  new RouteSwap(context, direct),
                  routes);
          assembly.onDrain(patience -> live.stop());
          live.every(millis, timer);
        });
  }

  /** The route files, with the settings that they name filled in. */
  static RouteFiles routes(Mode mode, Settings settings, Properties file)
      throws SettingsFault, IOException {
    RouteFolder folder = new RouteFolder(settings.path("tollroute.routes"));
    Properties known = new Properties();
    known.putAll(file);
    known.putAll(settings.properties());
    return RouteFiles.read(
        folder.files(mode == Mode.SANDBOX),
        text ->
            PLACEHOLDER
                .matcher(text)
                .replaceAll(
                    found ->
                        Matcher.quoteReplacement(
                            known.getProperty(found.group(1), found.group()))));
  }

  /** The database's driver and the server unpack themselves there. */
  private static void checkTemporaryFolder(Properties system) throws SettingsFault {
    String name = system.getProperty(TEMPORARY, "");
    if (name.isEmpty()) {
      return;
    }
    try {
      Files.delete(Files.createTempFile(Path.of(name), "tollroute", ".tmp"));
    } catch (IOException e) {
      throw new SettingsFault(
          List.of(
              TEMPORARY
                  + ": "
                  + name
                  + " is not a folder that can be written; make it, or name another one with -D"
                  + TEMPORARY
                  + "=... in JAVA_OPTS"));
    }
  }

  /** Camel with these objects and route files, not begun. */
  static Main main(Assembly assembly, RouteFiles routes, Properties file, LiveDirect direct) {
    Main main = new Main();
    main.setDefaultPropertyPlaceholderLocation(
        "classpath:tollroute-main.properties,classpath:" + EmbeddedTollroute.OF_CAMEL);
    main.addOverrideProperty(EmbeddedTollroute.SWITCH, "off");
    // Camel's own waits for a run() that is not used here
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    file.stringPropertyNames().stream()
        .filter(name -> !name.startsWith("tollroute."))
        .forEach(name -> main.addOverrideProperty(name, file.getProperty(name)));
    Properties resolved = assembly.settings().properties();
    resolved
        .stringPropertyNames()
        .forEach(name -> main.addOverrideProperty(name, resolved.getProperty(name)));
    main.setRoutesCollector(routes.collector());
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport configured) {
            CamelContext context = configured.getCamelContext();
            context.addComponent("direct", direct);
            context.addComponent("platform-http", new LiveAddresses());
            // not beforeStart and afterStart: Camel calls those only from run()
            listen(context, assembly);
            assembly.beans().forEach(context.getRegistry()::bind);
          }

          @Override
          public void afterConfigure(BaseMainSupport configured) {
            refuseReload(main.configure());
            TracingRule.check(main.configure().isTracing());
          }
        });
    return main;
  }

  /**
   * Camel's reload takes away all routes and brings back those of the file that was edited. Asked
   * here, when it is known however it was turned on.
   */
  private static void refuseReload(MainConfigurationProperties camel) {
    if (camel.isRoutesReloadEnabled()) {
      throw new IllegalArgumentException(
          "camel.main.routes-reload-enabled must not be on: with the first edit of a route file every"
              + " address would be gone; leave it out: route files and service files are followed"
              + " without it");
    }
    if (camel.isContextReloadEnabled()) {
      throw new IllegalArgumentException(
          "camel.main.context-reload-enabled must not be on: it starts the routes anew while they are"
              + " being paid for; leave it out and start anew after a change");
    }
  }

  /** Has the bundle do its part when {@code context} starts. */
  static void listen(CamelContext context, Assembly assembly) {
    assembly.configured(context);
    AtomicBoolean once = new AtomicBoolean();
    try {
      context.addStartupListener(
          (started, alreadyStarted) -> {
            // Camel says it again with each route that comes later
            if (!once.compareAndSet(false, true)) {
              return;
            }
            HealthCheckRegistry checks = HealthCheckRegistry.get(context);
            assembly.readiness().forEach(checks::register);
            assembly.remarks().forEach(checks::register);
            assembly.started(context);
          });
    } catch (Exception e) {
      throw new IllegalStateException("a context that is not started takes listeners", e);
    }
  }

  /** Said before anything else is begun. */
  private static void checkPort(Settings settings, String host, String port) throws SettingsFault {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(settings.text(host), settings.whole(port)));
    } catch (IOException e) {
      throw new SettingsFault(
          List.of(
              port
                  + ": cannot listen on "
                  + settings.text(host)
                  + ":"
                  + settings.text(port)
                  + " ("
                  + e.getMessage()
                  + ")"));
    }
  }

  /** The settings it was put together with. */
  public Settings settings() {
    return settings;
  }

  /** The Camel main, for tests that replace a part. */
  public Main main() {
    return main;
  }

  /**
   * Starts and returns when buyers are served.
   *
   * @throws StartFault when it cannot; everything is closed then
   */
  public void start() throws StartFault {
    try {
      main.start();
    } catch (Exception e) {
      StartFault fault = StartFault.of(e, main.getCamelContext(), routes);
      try {
        close();
      } catch (Exception unclosed) {
        fault.addSuppressed(unclosed);
      }
      throw fault;
    }
    LOG.info(
        "tollroute {} sells: network={} payTo={} services={} port={} managementPort={} database={}"
            + " node={}",
        assembly.version(),
        settings.text("tollroute.x402.network"),
        settings.text("tollroute.x402.pay-to"),
        assembly.require(LiveCatalogue.class).current().services().size(),
        settings.text("tollroute.port"),
        settings.text("tollroute.management.port"),
        settings.text("tollroute.database.url").replaceFirst("^jdbc:([a-z]+):.*", "$1"),
        settings
            .optional("tollroute.x402.rpc-url")
            // the rest of its address may be a key
            .map(url -> Optional.ofNullable(URI.create(url).getHost()).orElse("unnamed"))
            .orElse("none"));
  }

  /** Starts and returns when the process is told to stop. */
  public void run() throws Exception {
    start();
    closeOnExit();
    stayUp();
  }

  /**
   * Has everything stopped in order when the process is told to stop: no new calls, those in flight
   * are done, then the rest. What takes too long is broken off with the process.
   */
  public void closeOnExit() {
    long millis =
        TimeUnit.SECONDS.toMillis(settings.whole("tollroute.drain-seconds") + SECONDS_TO_CLOSE);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> closeWithin(millis), "stop"));
  }

  private void closeWithin(long millis) {
    Thread closing = new Thread(this::closeInOrder, "stop-in-order");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      LOG.warn("the stop took too long and was broken off; what was in flight can be resumed");
    }
  }

  private void closeInOrder() {
    try {
      close();
    } catch (Exception e) {
      LOG.error("the stop did not go in order: {}", e.getClass());
    }
  }

  /** Returns when everything is stopped. */
  public void stayUp() throws InterruptedException {
    closed.await();
  }

  /** The port on which buyers are really served. */
  public int port() {
    return assembly.require(RouteServer.class).getServerPort();
  }

  @Override
  public synchronized void close() throws Exception {
    // the stand-ins of the sandbox are needed until the calls in flight are done
    assembly.drain(Duration.ofSeconds(settings.whole("tollroute.drain-seconds")));
    main.stop();
    assembly.close();
    closed.countDown();
  }
}
