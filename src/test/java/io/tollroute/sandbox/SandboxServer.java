package io.tollroute.sandbox;

import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * The sandbox's routes as files on a free port, behind a header policy as strict as the product's.
 */
final class SandboxServer implements AutoCloseable {

  private static final class StrictHeaders extends DefaultHeaderFilterStrategy {

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
      return !Set.of("content-type", "accept", "payment-signature")
          .contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
      return !Set.of("content-type", "payment-required", "payment-response", "retry-after")
          .contains(name.toLowerCase(Locale.ROOT));
    }
  }

  private final Main main = new Main();

  /**
   * @param routes further route files, or none
   * @param beans what those routes refer to
   */
  SandboxServer(Clock clock, String routes, Map<String, Object> beans) {
    SandboxBeans.with(clock).forEach(main::bind);
    beans.forEach(main::bind);
    main.bind("strictHeaders", new StrictHeaders());
    // the product's own settings are not the stand-ins'
    main.setDefaultPropertyPlaceholderLocation("false");
    main.configure().setBasePackageScanEnabled(false);
    main.configure().setRoutesIncludePattern("file:routes/sandbox/*.camel.yaml," + routes);
    main.configure().setShutdownTimeout(2);
    main.addInitialProperty(
        "camel.component.platform-http.header-filter-strategy", "#bean:strictHeaders");
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", "0");
    main.start();
  }

  URI base() {
    VertxPlatformHttpRouter router =
        main.getCamelContext().getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
            .filter(VertxPlatformHttpRouter::isMainServer)
            .findFirst()
            .orElseThrow();
    return URI.create("http://127.0.0.1:" + router.getServer().getPort());
  }

  @Override
  public void close() {
    main.stop();
  }
}
