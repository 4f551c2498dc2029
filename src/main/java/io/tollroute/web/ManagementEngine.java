package io.tollroute.web;

import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Serves routes on the management port, behind the operator's gate. Camel's own engine serves the
 * buyers' port; a route asks for this one with {@code platformHttpEngine:
 * "#bean:managementEngine"}.
 */
public final class ManagementEngine implements PlatformHttpEngine {

  /** The only paths that may be served here; all of them are behind the gate. */
  private static final String ROOT = "/manage";

  /** A record for {@code tollroute reconcile}; a larger one would not fit into the heap. */
  private static final long MAX_BODY_BYTES = 4 << 20;

  private final OperatorGate gate;
  private final AtomicBoolean gated = new AtomicBoolean();

  /** Puts {@code gate} before every route. */
  public ManagementEngine(OperatorGate gate) {
    this.gate = gate;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    if (!endpoint.getPath().startsWith(ROOT + "/")) {
      throw new IllegalArgumentException(
          endpoint.getPath() + ": the management port serves routes under " + ROOT + "/ only");
    }
    VertxPlatformHttpRouter router = router(endpoint);
    if (gated.compareAndSet(false, true)) {
      router.route(ROOT + "*").order(-3).failureHandler(gate::refuseUnreadable);
      router.route(ROOT + "*").order(-2).handler(gate);
      router.route(ROOT + "*").last().handler(gate::refuseUnknown);
      // a body that was read here is not read again, by Camel's, which writes uploads to disk
      router
          .route(ROOT + "*")
          .order(-1)
          .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    }
    return new VertxPlatformHttpConsumer(endpoint, processor, List.of(), router.getName());
  }

  @Override
  public int getServerPort() {
    // asked for by a console that is not there; the port of a router is the one that counts
    return 0;
  }

  private static VertxPlatformHttpRouter router(PlatformHttpEndpoint endpoint) {
    return endpoint
        .getCamelContext()
        .getRegistry()
        .findByType(VertxPlatformHttpRouter.class)
        .stream()
        .filter(VertxPlatformHttpRouter::isManagementServer)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "routes of the operator need camel.management.enabled = true"));
  }
}
