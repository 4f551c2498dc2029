package io.tollroute.web;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Where Camel's consumers put their addresses. One that comes again has the place among the others
 * that it had, as the first that matches is asked.
 */
final class PlacedRouter extends VertxPlatformHttpRouter {

  /** Before these, whatever the server itself has put there. */
  private static final int FIRST = 1 << 16;

  /** Of one address. Vert.x does not find a route again that shares its place with another one. */
  private static final int TURNS = 1 << 10;

  private final String name;
  private final long maxBodyBytes;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, Integer> turns = new HashMap<>();
  private Route last;

  PlacedRouter(Vertx vertx, Router router, String name, long maxBodyBytes) {
    super(null, vertx, router, name);
    this.name = name;
    this.maxBodyBytes = maxBodyBytes;
    this.last = null;
  }

  String name() {
    return name;
  }

  @Override
  public Handler<RoutingContext> bodyHandler() {
    // uploads would be written to disk
    return BodyHandler.create(false).setBodyLimit(maxBodyBytes);
  }

  @Override
  public synchronized Route route(String path) {
    int place = places.computeIfAbsent(path, first -> places.size());
    int turn = turns.merge(path, 1, Integer::sum) % TURNS;
    last = super.route(path).order(FIRST + place * TURNS + turn);
    return last;
  }

  /** What was put there last. */
  synchronized Route last() {
    return last;
  }
}
