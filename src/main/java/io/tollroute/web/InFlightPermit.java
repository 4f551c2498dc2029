package io.tollroute.web;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The permit of one request to be in flight. What is counted is work: once a worker has the
 * request, its permit is given back when the work is done, and not when its caller hangs up.
 */
final class InFlightPermit {

  private final AtomicInteger counter;
  private final AtomicBoolean left = new AtomicBoolean();
  private volatile boolean working;

  private InFlightPermit(AtomicInteger counter) {
    this.counter = counter;
  }

  /**
   * Takes a permit for the request that this event loop is handling, if there is one below {@code
   * limit}.
   */
  static Optional<InFlightPermit> take(AtomicInteger counter, int limit) {
    if (counter.incrementAndGet() > limit) {
      counter.decrementAndGet();
      return Optional.empty();
    }
    InFlightPermit permit = new InFlightPermit(counter);
    // Vert.x has a context of its own for every request
    Vertx.currentContext().putLocal(InFlightPermit.class, permit);
    return Optional.of(permit);
  }

  /** The permit of the request that is being handled. */
  static Optional<InFlightPermit> ofThisRequest() {
    Context context = Vertx.currentContext();
    return context == null
        ? Optional.empty()
        : Optional.ofNullable(context.getLocal(InFlightPermit.class));
  }

  /** A worker takes over. */
  void workBegins() {
    working = true;
  }

  /** The worker is done. */
  void workEnds() {
    leave();
  }

  /** The response has ended, or the connection has. */
  void responseEnds() {
    if (!working) {
      leave();
    }
  }

  private void leave() {
    if (left.compareAndSet(false, true)) {
      counter.decrementAndGet();
    }
  }
}
