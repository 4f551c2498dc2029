package io.tollroute.web;

import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/** What a server does on its event loop before and after a route sees a request. */
interface Reception {

  /**
   * Handlers for the requests of one route, once their body is read.
   *
   * @throws IllegalArgumentException when this server must not serve it
   */
  List<Handler<RoutingContext>> before(PlatformHttpEndpoint endpoint);

  /** Puts handlers before and behind those of the routes. */
  void prepare(Router router, HttpAddresses addresses);
}
