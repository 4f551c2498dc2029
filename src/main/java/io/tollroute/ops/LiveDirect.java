package io.tollroute.ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Producer;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Camel's component {@code direct}, with which routes can take the place of others while these are
 * called. Camel's own knows one route for an address, and none while that is changed.
 *
 * <p>Which route serves which address is changed in one step for all routes of a change. A call
 * that stands in a route of before goes on as it began: what this calls, it finds among the routes
 * of before.
 */
@Component("direct")
final class LiveDirect extends DirectComponent {

  /** Routes that serve nothing new any more, and what served when they did. */
  private record Left(Set<String> routes, Map<String, DirectConsumer> served) {}

  /** Replaced as a whole. */
  private record Serving(Map<String, DirectConsumer> now, List<Left> left) {}

  private final Map<String, DirectConsumer> waiting = new HashMap<>();
  private volatile Serving serving = new Serving(Map.of(), List.of());
  private Set<String> expected = Set.of();

  /** Routes of these ids serve nothing before they are let in. */
  synchronized void expect(Set<String> routes) {
    expected = Set.copyOf(routes);
    waiting.clear();
  }

  /** Forgets who was expected. */
  synchronized void expectNobody() {
    expected = Set.of();
    waiting.clear();
  }

  /** Lets those in that were expected; {@code leaving} go on with what they have begun. */
  synchronized void swap(Set<String> leaving) {
    Map<String, DirectConsumer> served = new HashMap<>();
    Map<String, DirectConsumer> now = new HashMap<>(serving.now());
    serving
        .now()
        .forEach(
            (address, consumer) -> {
              if (leaving.contains(consumer.getRouteId())) {
                served.put(address, consumer);
                now.remove(address);
              }
            });
    now.putAll(waiting);
    List<Left> left = new ArrayList<>(serving.left());
    left.add(new Left(Set.copyOf(leaving), served));
    serving = new Serving(Map.copyOf(now), List.copyOf(left));
    // Camel's own calls, those that wait for a route among them
    served.forEach(super::removeConsumer);
    waiting.forEach(super::addConsumer);
    expectNobody();
  }

  /** None of those who left first has a call in flight any more. */
  synchronized void forgetFirst() {
    List<Left> left = serving.left();
    serving = new Serving(serving.now(), List.copyOf(left.subList(1, left.size())));
  }

  @Override
  public synchronized void addConsumer(String address, DirectConsumer consumer) {
    if (expected.contains(String.valueOf(consumer.getRouteId()))) {
      waiting.put(address, consumer);
      return;
    }
    super.addConsumer(address, consumer);
    Map<String, DirectConsumer> now = new HashMap<>(serving.now());
    now.put(address, consumer);
    serving = new Serving(Map.copyOf(now), serving.left());
  }

  @Override
  public synchronized void removeConsumer(String address, DirectConsumer consumer) {
    waiting.remove(address, consumer);
    super.removeConsumer(address, consumer);
    Map<String, DirectConsumer> now = new HashMap<>(serving.now());
    if (now.remove(address, consumer)) {
      serving = new Serving(Map.copyOf(now), serving.left());
    }
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    ManyTurns endpoint = new ManyTurns(uri, this);
    endpoint.setBlock(isBlock());
    endpoint.setTimeout(getTimeout());
    setProperties(endpoint, parameters);
    return endpoint;
  }

  private Optional<DirectConsumer> serving(String address, Exchange exchange, DirectEndpoint called)
      throws InterruptedException {
    Serving seen = serving;
    if (!seen.left().isEmpty()) {
      Optional<DirectConsumer> before = before(seen.left(), address, exchange);
      if (before.isPresent()) {
        return before;
      }
    }
    DirectConsumer now = seen.now().get(address);
    if (now == null) {
      // what is enriched or tapped does not say in which route it stands
      Optional<DirectConsumer> gone = last(seen.left(), address);
      if (gone.isPresent()) {
        return gone;
      }
    }
    return now == null && called.isBlock()
        ? Optional.ofNullable(getConsumer(address, true, called.getTimeout()))
        : Optional.ofNullable(now);
  }

  /** What served when the route did in which the call stands. */
  private static Optional<DirectConsumer> before(
      List<Left> left, String address, Exchange exchange) {
    UnitOfWork work = exchange.getUnitOfWork();
    Route caller = work == null ? null : work.getRoute();
    if (caller == null) {
      return Optional.empty();
    }
    return served(
            left.stream().dropWhile(each -> !each.routes().contains(caller.getRouteId())), address)
        .findFirst();
  }

  /** What served last where nobody does any more. */
  private static Optional<DirectConsumer> last(List<Left> left, String address) {
    return served(left.stream(), address).reduce((before, after) -> after);
  }

  private static Stream<DirectConsumer> served(Stream<Left> left, String address) {
    return left.map(each -> Optional.ofNullable(each.served().get(address)))
        .flatMap(Optional::stream);
  }

  /** An address that is served by one route, and for a moment by the one before too. */
  private static final class ManyTurns extends DirectEndpoint implements MultipleConsumersSupport {

    private final LiveDirect component;

    ManyTurns(String uri, LiveDirect component) {
      super(uri, component);
      this.component = component;
    }

    @Override
    public boolean isMultipleConsumersSupported() {
      return true;
    }

    @Override
    public Producer createProducer() {
      return new Caller(this, component, getEndpointUri().replaceFirst("[?].*", ""));
    }
  }

  /** Asks at each call who serves: what Camel's own remembers of it may be of before. */
  private static final class Caller extends DefaultAsyncProducer {

    private final DirectEndpoint called;
    private final LiveDirect component;
    private final String address;

    Caller(DirectEndpoint called, LiveDirect component, String address) {
      super(called);
      this.called = called;
      this.component = component;
      this.address = address;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      try {
        Optional<DirectConsumer> consumer = component.serving(address, exchange, called);
        if (consumer.isPresent()) {
          return call(consumer.get(), exchange, callback);
        }
        if (called.isFailIfNoConsumers()) {
          exchange.setException(
              new DirectConsumerNotAvailableException(
                  "No consumers available on endpoint: " + called, exchange));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        exchange.setException(e);
      } catch (Exception e) {
        exchange.setException(e);
      }
      callback.done(true);
      return true;
    }

    private boolean call(DirectConsumer consumer, Exchange exchange, AsyncCallback callback)
        throws Exception {
      if (called.isSynchronous() || consumer.getEndpoint().isSynchronous()) {
        consumer.getProcessor().process(exchange);
        callback.done(true);
        return true;
      }
      // as Camel's own does: a span that began with this call ends in this thread
      if (exchange.getProperty(ExchangePropertyKey.OTEL_ACTIVE_SPAN) != null) {
        exchange.setProperty(ExchangePropertyKey.OTEL_CLOSE_CLIENT_SCOPE, Boolean.TRUE);
      }
      return consumer.getAsyncProcessor().process(exchange, callback);
    }
  }
}
