package io.tollroute.web;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
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

  CountedConsumer(
      PlatformHttpEndpoint endpoint,
      Processor route,
      List<Handler<RoutingContext>> handlers,
      String router,
      HttpAddresses addresses) {
    super(endpoint, new EndOfWork(route), handlers, router);
    this.addresses = addresses;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    addresses.add(getEndpoint());
  }

  @Override
  protected void doStop() throws Exception {
    addresses.remove(getEndpoint());
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

  /** The last on the worker. */
  private static final class EndOfWork extends DelegateProcessor {

    EndOfWork(Processor route) {
      super(route);
    }

    @Override
    public void process(Exchange exchange) throws Exception {
      try {
        super.process(exchange);
        handOver(exchange.getMessage());
      } finally {
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
