package io.tollroute.web;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections on which nothing moves for a while. A caller who waits for work is not idle,
 * however long it takes: what he paid for is on its way.
 */
final class IdleConnections {

  private static final int LOOKS_IN_A_SPAN = 8;

  private final Map<HttpConnection, Seen> open = new ConcurrentHashMap<>();
  private final long idleMillis;

  /** Connections may be silent for {@code idleSeconds}, or for ever with 0. */
  IdleConnections(int idleSeconds) {
    this.idleMillis = TimeUnit.SECONDS.toMillis(idleSeconds);
  }

  /** What was seen of a connection when it was looked at last. */
  private static final class Seen {

    private volatile Optional<HttpServerRequest> request = Optional.empty();
    private long moved;
    private long since = System.nanoTime();

    /** For how long nothing has moved, in milliseconds. */
    long idleMillis() {
      long now = System.nanoTime();
      long all = request.map(Seen::moved).orElse(0L);
      if (all != moved || request.filter(Seen::isWorkedOn).isPresent()) {
        moved = all;
        since = now;
      }
      return TimeUnit.NANOSECONDS.toMillis(now - since);
    }

    private static long moved(HttpServerRequest request) {
      // a request that has begun is more than none, be it without a body
      return 1 + request.bytesRead() + request.response().bytesWritten();
    }

    private static boolean isWorkedOn(HttpServerRequest request) {
      return request.isEnded() && !request.response().ended();
    }
  }

  /** Looks again and again, as long as {@code vertx} is there. */
  void watch(Vertx vertx) {
    if (idleMillis > 0) {
      vertx.setPeriodic(Math.max(1, idleMillis / LOOKS_IN_A_SPAN), timer -> look());
    }
  }

  /** Takes a connection in. */
  void opened(HttpConnection connection) {
    open.put(connection, new Seen());
    connection.closeHandler(gone -> open.remove(connection));
  }

  /** Notes each request before {@code next} gets it. */
  Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
    return request -> {
      Optional.ofNullable(open.get(request.connection()))
          .ifPresent(
              seen -> {
                seen.moved = 0;
                seen.request = Optional.of(request);
              });
      next.handle(request);
    };
  }

  private void look() {
    open.forEach(
        (connection, seen) -> {
          if (seen.idleMillis() > idleMillis) {
            connection.close();
          }
        });
  }
}
