package io.tollroute.traces;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeName;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.telemetry.Span;

/** What is said on a span of a call: what the line in the log says of it. */
final class SpanWords {

  private static final String REQUEST = "tollroute.request_id";
  private static final String CHARGE = "tollroute.charge";
  private static final String SERVICE = "tollroute.service";
  private static final String SURFACE = "tollroute.surface";
  private static final String METHOD = "tollroute.method";
  private static final String OUTCOME = "tollroute.outcome";

  /** Set by Camel where a step has failed. */
  private static final String ERROR = "error";

  /** All that leaves the process. */
  static final Set<String> ALL = Set.of(REQUEST, CHARGE, SERVICE, SURFACE, METHOD, OUTCOME, ERROR);

  private SpanWords() {}

  /** By which a step's span and the lines of the log are found from each other. */
  static void step(Span span, Exchange exchange) {
    CallSlots.REQUEST_ID.find(exchange).ifPresent(id -> span.setTag(REQUEST, id));
    if (exchange.getException() != null) {
      span.setError(true);
    }
  }

  /** How a request ended. */
  static void end(Span span, Exchange exchange) {
    step(span, exchange);
    CatalogueSlots.SERVICE
        .find(exchange)
        .map(Service::id)
        .ifPresent(id -> span.setTag(SERVICE, id));
    CorridorSlots.METHOD.find(exchange).ifPresent(method -> span.setTag(METHOD, method));
    CorridorSlots.CHARGE
        .find(exchange)
        .map(Charge::key)
        .or(() -> CorridorSlots.REPLAYED.find(exchange))
        .ifPresent(key -> span.setTag(CHARGE, ChargeName.of(key)));
    span.setTag(SURFACE, CallSlots.SURFACE.find(exchange).orElse("http"));
    outcome(exchange).ifPresent(outcome -> span.setTag(OUTCOME, outcome));
  }

  private static Optional<String> outcome(Exchange exchange) {
    return CallSlots.REFUSAL
        .find(exchange)
        .map(Refusal::word)
        .or(
            () ->
                CorridorSlots.CLAIMED
                    .find(exchange)
                    .map(
                        claimed ->
                            switch (claimed) {
                              case "replay" -> "replayed";
                              case "working" -> "working";
                              default -> "sold";
                            }));
  }
}
