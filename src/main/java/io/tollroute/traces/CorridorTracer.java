package io.tollroute.traces;

import io.tollroute.module.RouteTurn;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.telemetry.Op;
import org.apache.camel.telemetry.Span;
import org.apache.camel.telemetry.SpanStorageManager;
import org.apache.camel.telemetry.SpanStorageManagerExchange;
import org.apache.camel.telemetry.propagation.CamelHeadersSpanContextPropagationExtractor;
import org.apache.camel.telemetry.propagation.CamelHeadersSpanContextPropagationInjector;

/**
 * Camel's tracer, told what of the corridor is worth a span: a buyer's request, each step that has
 * a name in the route files, and each call that goes out. Camel itself would write addresses and
 * texts of exceptions on spans, and send the trace with every call; here a span says what {@link
 * SpanWords} says, and the trace goes to providers only.
 *
 * <p>What the clock begins is not traced. No span is made the current one of a thread: exchanges
 * change threads, and each has its span with it.
 */
final class CorridorTracer extends OpenTelemetryTracer {

  /** What Camel writes between scheme and path of every endpoint, and no step has in its name. */
  private static final String OF_ENDPOINT = "://";

  private static final String ROUTES = "direct" + OF_ENDPOINT;

  /** Where all surfaces meet: MCP calls it without a route of its own. */
  private static final String SALE = "tool-call";

  /** Camel asks with the id of a step and its kind; ids that it makes up are the kind counted. */
  private static final Pattern STEP =
      Pattern.compile("(?!(?:to|toD|process)[0-9]+-).+-(?:to|toD|process)");

  private static final Pattern KIND = Pattern.compile("-(?:to|toD|process)$");

  private static final String OF_BUYERS = "buyer";
  private static final String OF_PROVIDERS = "work";

  private final SpanStorageManager spans = new SpanStorageManagerExchange();

  CorridorTracer() {
    setTraceProcessors(true);
  }

  @Override
  public boolean exclude(String name, CamelContext context) {
    if (!name.contains(OF_ENDPOINT)) {
      return !STEP.matcher(name).matches();
    }
    return name.startsWith(ROUTES) && !isSale(name);
  }

  private static boolean isSale(String endpoint) {
    return endpoint.equals(ROUTES + SALE);
  }

  @Override
  protected void beginEventSpan(Exchange exchange, Endpoint endpoint, Op op) {
    Span parent = spans.peek(exchange);
    String uri = endpoint.getEndpointUri();
    boolean begins = op == Op.EVENT_RECEIVED && (parent == null ? isBuyers(exchange) : isSale(uri));
    boolean goesOut = op == Op.EVENT_SENT && parent != null && !isSale(uri);
    if (begins || goesOut) {
      begin(exchange, begins && isSale(uri) ? SALE : route(exchange), parent);
      if (goesOut && isProviders(exchange)) {
        getSpanLifecycleManager()
            .inject(
                spans.peek(exchange),
                new CamelHeadersSpanContextPropagationInjector(exchange.getIn().getHeaders()),
                false);
      }
    } else if (parent != null) {
      // there twice: its end is not that of the span
      spans.push(exchange, parent);
    }
  }

  @Override
  protected void endEventSpan(Exchange exchange, Endpoint endpoint) {
    end(exchange, !isOfSomebodyElse(endpoint));
  }

  private static boolean isOfSomebodyElse(Endpoint endpoint) {
    String uri = endpoint.getEndpointUri();
    return !uri.startsWith("platform-http" + OF_ENDPOINT) && !isSale(uri);
  }

  @Override
  protected void beginProcessorSpan(Exchange exchange, String step) {
    Span parent = spans.peek(exchange);
    if (parent != null) {
      begin(exchange, KIND.matcher(step).replaceFirst(""), parent);
    }
  }

  @Override
  protected void endProcessorSpan(Exchange exchange, String step) {
    end(exchange, false);
  }

  private void begin(Exchange exchange, String name, Span parent) {
    spans.push(
        exchange,
        getSpanLifecycleManager()
            .create(
                name,
                parent,
                new CamelHeadersSpanContextPropagationExtractor(exchange.getIn().getHeaders())));
  }

  private void end(Exchange exchange, boolean isRequest) {
    Span span = spans.pull(exchange);
    if (span == null || span == spans.peek(exchange)) {
      return;
    }
    if (isRequest) {
      SpanWords.end(span, exchange);
    } else {
      SpanWords.step(span, exchange);
    }
    getSpanLifecycleManager().deactivate(span);
  }

  /** The route that the exchange is in, as its file names it: it may have changed meanwhile. */
  static String route(Exchange exchange) {
    return Optional.ofNullable(exchange.getUnitOfWork())
        .map(UnitOfWork::getRoute)
        .map(Route::getRouteId)
        .or(() -> Optional.ofNullable(exchange.getFromRouteId()))
        .map(id -> RouteTurn.of(id).name())
        .orElse("other");
  }

  private static boolean isBuyers(Exchange exchange) {
    return began(exchange, OF_BUYERS);
  }

  private static boolean isProviders(Exchange exchange) {
    return began(exchange, OF_PROVIDERS);
  }

  /** Whether it began with a route of this configuration. */
  private static boolean began(Exchange exchange, String configuration) {
    return Optional.ofNullable(exchange.getFromRouteId())
        .map(id -> exchange.getContext().getRoute(id))
        .filter(route -> configuration.equals(route.getConfigurationId()))
        .isPresent();
  }
}
