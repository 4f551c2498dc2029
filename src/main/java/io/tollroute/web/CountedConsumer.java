package io.tollroute.web;

import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.support.processor.DelegateProcessor;

/**
 * Camel's consumer of HTTP requests. A request keeps its permit until the worker to which Camel
 * hands it is done.
 */
final class CountedConsumer extends VertxPlatformHttpConsumer {

  private final HttpAddresses addresses;
  private final PlacedRouter router;
  private Optional<Route> place = Optional.empty();

  CountedConsumer(
      PlatformHttpEndpoint endpoint,
      Processor route,
      List<Handler<RoutingContext>> handlers,
      PlacedRouter router,
      HttpAddresses addresses,
      AtomicInteger busy) {
    super(endpoint, new Work(route, busy), handlers, router.name());
    this.addresses = addresses;
    this.router = router;
  }

  @Override
  protected void doStart() throws Exception {
    synchronized (router) {
      super.doStart();
      place = Optional.of(router.last());
    }
    addresses.add(this, getEndpoint());
  }

  /** Takes no new requests; what it has taken goes on. */
  void leave() {
    place.ifPresent(Route::remove);
    addresses.remove(this);
  }

  @Override
  protected void doStop() throws Exception {
    addresses.remove(this);
    super.doStop();
  }

  @Override
  protected void handleRequest(RoutingContext context) {
    Optional<InFlightPermit> permit =
        isSuspended() ? Optional.empty() : InFlightPermit.ofThisRequest();
    permit.ifPresent(InFlightPermit::workBegins);
    try {
      super.handleRequest(context);
    } catch (RuntimeException | Error e) {
      permit.ifPresent(InFlightPermit::workEnds);
      throw e;
    }
  }

  /** The first and the last on the worker. */
  private static final class Work extends DelegateProcessor {

    private final AtomicInteger busy;

    Work(Processor route, AtomicInteger busy) {
      super(route);
      this.busy = busy;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
      busy.incrementAndGet();
      try {
        super.process(exchange);
        handOver(exchange.getMessage());
      } finally {
        busy.decrementAndGet();
        InFlightPermit.ofThisRequest().ifPresent(InFlightPermit::workEnds);
      }
    }

    /**
     * Nobody reads the answer any more but the server, which writes a buffer as it is and an array
     * through a stream, in several trips between worker and event loop.
     */
    private static void handOver(Message answer) {
      if (answer.getBody() instanceof byte[] bytes) {
        answer.setBody(ByteBuffer.wrap(bytes));
      }
    }
  }
}
