package io.tollroute.web;

import io.netty.channel.Channel;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.Processor;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.Method;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.support.service.ServiceSupport;

/**
 * An HTTP server whose addresses are {@code platform-http:} routes. It listens when all of them
 * have started and stops when they have stopped. Where a route takes GET it is asked for HEAD too,
 * and the body of its answer stays behind (RFC 9110 section 9.3.2).
 */
public final class RouteServer extends ServiceSupport
    implements PlatformHttpEngine, StartupListener, Ordered {

  /** Most bodies are smaller; in bytes. */
  private static final int SMALL = 4096;

  private final Vertx vertx;
  private final Rules rules;
  private final OpenConnections connections;
  private final HeldBytes held;
  private final EarlyRefusal refusal;
  private final MalformedRequestHandler malformed;
  private final Reception reception;
  private final HttpAddresses addresses = new HttpAddresses();
  private final AtomicInteger busy = new AtomicInteger();
  private Optional<Router> router = Optional.empty();
  private Optional<PlacedRouter> placed = Optional.empty();
  private Optional<HttpServer> server = Optional.empty();

  /**
   * Where a server listens and what it takes.
   *
   * @param port 0 for any
   * @param maxHeaderBytes all headers of a request together
   * @param maxBodyBytes of a request
   */
  public record Rules(String host, int port, int maxHeaderBytes, long maxBodyBytes) {

    private HttpServerOptions options() {
      return new HttpServerOptions()
          .setMaxHeaderSize(maxHeaderBytes)
          .setHttp2ClearTextEnabled(false)
          .setDecompressionSupported(false)
          .setHandle100ContinueAutomatically(true);
    }
  }

  /**
   * A server that does not listen yet.
   *
   * @param connections who may come in
   * @param held what all requests may hold
   * @param refusal how it is said that a request is not read
   */
  RouteServer(
      Vertx vertx,
      Rules rules,
      OpenConnections connections,
      HeldBytes held,
      EarlyRefusal refusal,
      Reception reception) {
    this.vertx = vertx;
    this.rules = rules;
    this.connections = connections;
    this.held = held;
    this.refusal = refusal;
    this.malformed = new MalformedRequestHandler(refusal);
    this.reception = reception;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor route) {
    List<Handler<RoutingContext>> handlers = new ArrayList<>(List.of(this::refuseLarge));
    handlers.addAll(reception.before(endpoint));
    PlacedRouter places = prepare(endpoint.getCamelContext());
    if (HttpAddresses.isRestricted(endpoint)) {
      endpoint.setHttpMethodRestrict(withHead(endpoint.getHttpMethodRestrict()));
    }
    return new CountedConsumer(endpoint, route, handlers, places, addresses, busy);
  }

  /** While too much is held already, only what is small is worked on. */
  private void refuseLarge(RoutingContext context) {
    if (context.body().length() > SMALL && held.isPassed()) {
      refusal.answer(context.response(), "overloaded");
    } else {
      context.next();
    }
  }

  private static String withHead(String methods) {
    var taken = Method.parseList(methods);
    return taken.contains(Method.GET) && !taken.contains(Method.HEAD)
        ? methods.toUpperCase(Locale.ROOT).replaceFirst("\\bGET\\b", "GET,HEAD")
        : methods;
  }

  /** The consumers find their router in the registry. */
  private synchronized PlacedRouter prepare(CamelContext context) {
    if (placed.isPresent()) {
      return placed.get();
    }
    Router made = Router.router(vertx);
    reception.prepare(made, addresses);
    PlacedRouter places = new PlacedRouter(vertx, made, name(), rules.maxBodyBytes());
    context.getRegistry().bind(name(), places);
    try {
      context.addService(this);
      // of those that Camel asks when all consumers have started
      context.addStartupListener(this);
    } catch (Exception e) {
      throw new IllegalStateException("a service that has nothing to start is taken", e);
    }
    router = Optional.of(made);
    placed = Optional.of(places);
    return places;
  }

  private String name() {
    return "tollroute-http-" + rules.host() + ":" + rules.port();
  }

  /** Before timers: they may call an address of this process. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST;
  }

  /**
   * Serves what the routes serve.
   *
   * @throws IOException when it cannot listen
   */
  @Override
  public synchronized void onCamelContextStarted(CamelContext context, boolean alreadyStarted)
      throws IOException {
    if (server.isPresent()) {
      return;
    }
    HttpServer made =
        vertx
            .createHttpServer(rules.options())
            .connectionHandler(opened -> connections.opened(channelOf(opened)))
            .requestHandler(malformed.before(router.orElseThrow()))
            .invalidRequestHandler(malformed::refuseUnreadable);
    try {
      made.listen(rules.port(), rules.host()).toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new IOException(
          "cannot listen on "
              + rules.host()
              + ":"
              + rules.port()
              + " ("
              + e.getCause().getMessage()
              + ")",
          e.getCause());
    }
    connections.watch(vertx);
    server = Optional.of(made);
  }

  /** Vert.x itself bounds nothing that stands before a whole head. */
  private static Channel channelOf(HttpConnection connection) {
    return ((ConnectionBase) connection).channelHandlerContext().channel();
  }

  /** How many threads are at work for requests of this server. */
  public int busyWorkers() {
    return busy.get();
  }

  /** The port on which it listens. */
  @Override
  public synchronized int getServerPort() {
    return server.map(HttpServer::actualPort).orElse(rules.port());
  }

  @Override
  protected synchronized void doStop() {
    server.ifPresent(made -> made.close().toCompletionStage().toCompletableFuture().join());
    server = Optional.empty();
  }
}
