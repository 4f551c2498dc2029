package io.tollroute.sandbox;

import io.tollroute.sandbox.standin.StandIns;
import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/**
 * The sandbox's routes as files on a free port, behind a header policy as strict as the product's.
 */
public final class SandboxServer implements AutoCloseable {

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
  private final VertxPlatformHttpServer server;

  /**
   * @param routes further route files, or none
   * @param beans what those routes refer to
   */
  public SandboxServer(Clock clock, String routes, Map<String, Object> beans) {
    StandIns.with(clock).forEach(main::bind);
    beans.forEach(main::bind);
    main.bind("strictHeaders", new StrictHeaders());
    // the product's own settings are not the stand-ins'
    main.setDefaultPropertyPlaceholderLocation("false");
    main.configure().setBasePackageScanEnabled(false);
    main.configure().setRoutesIncludePattern("file:routes/sandbox/*.camel.yaml," + routes);
    main.configure().setShutdownTimeout(2);
    main.addInitialProperty(
        "camel.component.platform-http.header-filter-strategy", "#bean:strictHeaders");
    VertxPlatformHttpServerConfiguration anyPort = new VertxPlatformHttpServerConfiguration();
    anyPort.setBindHost("127.0.0.1");
    anyPort.setBindPort(0);
    server = new VertxPlatformHttpServer(anyPort);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport configured) {
            try {
              configured.getCamelContext().addService(server);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        });
    main.start();
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    main.stop();
  }
}
