package io.tollroute.web;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;

/**
 * The Vert.x under the HTTP server, with the limits that Camel 4.18 has no property for.
 *
 * <p>Camel creates its server from options of its own; only the Vert.x instance it looks up can be
 * ours. So this one passes everything on and adds limits where a server is made.
 *
 * @param maxHeaderBytes all headers of a request together
 * @param idleSeconds how long a connection may be silent
 */
public record Door(int workers, int maxHeaderBytes, int idleSeconds) {

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
              }
              try {
                return method.invoke(vertx, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
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
