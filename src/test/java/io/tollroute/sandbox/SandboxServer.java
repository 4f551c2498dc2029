package io.tollroute.sandbox;

import java.net.URI;
import java.time.Clock;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;

/** The sandbox's routes alone, as files, on a free port. */
final class SandboxServer implements AutoCloseable {

  private final Main main = new Main();

  SandboxServer(String routes, Clock clock) {
    SandboxBeans.with(clock).forEach(main::bind);
    main.addInitialProperty("camel.main.routes-include-pattern", routes);
    main.addInitialProperty("camel.main.base-package-scan-enabled", "false");
    main.addInitialProperty("camel.main.shutdown-timeout", "2");
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", "127.0.0.1");
    main.addInitialProperty("camel.server.port", "0");
    main.start();
  }

  /** Something a test adds under a bean name of its own routes. */
  SandboxServer(String routes, Clock clock, String bean, Object value) {
    main.bind(bean, value);
    SandboxBeans.with(clock).forEach(main::bind);
    main.addInitialProperty("camel.main.routes-include-pattern", routes);
    main.addInitialProperty("camel.main.base-package-scan-enabled", "false");
    main.addInitialProperty("camel.main.shutdown-timeout", "2");
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
