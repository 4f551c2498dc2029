package io.tollroute.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Vert.x under the HTTP server, with the limits that Camel 4.18 has no property for.
 *
 * <p>Camel creates its server from options of its own; only the Vert.x instance it looks up can be
 * ours. So this one passes everything on, adds limits where a server is made, and puts the keeper
 * before its handler.
 *
 * @param maxHeaderBytes all headers of a request together
 * @param idleSeconds how long a connection may be silent
 * @param keeper turns away what is not readable as HTTP
 */
public record Door(int workers, int maxHeaderBytes, int idleSeconds, Doorkeeper keeper) {

  /** A Vert.x whose HTTP servers have the limits of this door. The caller closes it. */
  public Vertx open() {
    Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(workers));
    return (Vertx)
        Proxy.newProxyInstance(
            Door.class.getClassLoader(),
            new Class<?>[] {VertxInternal.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("createHttpServer")
                  && arguments != null
                  && arguments[0] instanceof HttpServerOptions options) {
                limit(options);
                return kept((HttpServer) invoke(vertx, method, arguments));
              }
              if (method.getName().equals("executeBlocking")) {
                return counted(() -> invoke(vertx, method, arguments));
              }
              return invoke(vertx, method, arguments);
            });
  }

  /** Camel hands every request to a worker; its place is held until that is done. */
  private static Object counted(Invocation handing) throws Throwable {
    Optional<Place> place = Place.ofThisRequest();
    place.ifPresent(Place::workBegins);
    Object result = handing.run();
    if (result instanceof Future<?> work) {
      place.ifPresent(held -> work.onComplete(done -> held.workEnds()));
    }
    return result;
  }

  @FunctionalInterface
  private interface Invocation {
    Object run() throws Throwable;
  }

  private HttpServer kept(HttpServer server) {
    server.invalidRequestHandler(keeper::refuseUnreadable);
    return (HttpServer)
        Proxy.newProxyInstance(
            Door.class.getClassLoader(),
            new Class<?>[] {HttpServer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("requestHandler") && arguments != null) {
                @SuppressWarnings("unchecked") // the only parameter it has
                Handler<HttpServerRequest> handler = (Handler<HttpServerRequest>) arguments[0];
                return server.requestHandler(keeper.before(handler));
              }
              return invoke(server, method, arguments);
            });
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void limit(HttpServerOptions options) {
    options
        .setMaxHeaderSize(maxHeaderBytes)
        .setHttp2ClearTextEnabled(false)
        .setDecompressionSupported(false)
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setIdleTimeout(idleSeconds);
  }
}
