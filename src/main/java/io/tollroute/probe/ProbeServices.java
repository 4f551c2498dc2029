package io.tollroute.probe;

import io.tollroute.answer.RequestIds;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.Probes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls services with their own examples, one after the other, through the corridor and paid with a
 * token for one call that costs nothing. What comes of it is told, and is no sale.
 */
public final class ProbeServices {

  private static final Logger LOG = LoggerFactory.getLogger(ProbeServices.class);

  private static final String CORRIDOR = "direct:tool-call";

  /** Longer than any service's call may take. */
  private static final long LEASE_SECONDS = 900;

  private static final int SOLD = 200;

  private final Probes probes;
  private final ProbeTokens tokens;
  private final LiveCatalogue catalogue;
  private final RequestIds ids;
  private final Clock clock;
  private final List<String> services;
  private final long pauseSeconds;
  private volatile Optional<ProducerTemplate> template = Optional.empty();

  /**
   * Calls {@code services} of the catalogue, each again after {@code pauseSeconds}.
   *
   * @param probes whose turn it is, and what came of it
   */
  ProbeServices(
      Probes probes,
      ProbeTokens tokens,
      LiveCatalogue catalogue,
      RequestIds ids,
      Clock clock,
      List<String> services,
      long pauseSeconds) {
    this.probes = probes;
    this.tokens = tokens;
    this.catalogue = catalogue;
    this.ids = ids;
    this.clock = clock;
    this.services = List.copyOf(services);
    this.pauseSeconds = pauseSeconds;
  }

  /** Routes are there once Camel is. */
  void open(ProducerTemplate started) {
    template = Optional.of(started);
  }

  /**
   * Calls those whose turn has come and is taken by no other process. A service that is not on sale
   * any more is left out.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  public void run() throws Refusal {
    if (template.isEmpty()) {
      return;
    }
    for (String id : services) {
      Optional<Service> service = catalogue.current().find(id);
      long now = now();
      if (service.isPresent() && probes.take(id, now, pauseSeconds, LEASE_SECONDS)) {
        probes.ended(id, now, call(service.get(), template.get()));
      }
    }
  }

  private Probes.Last call(Service service, ProducerTemplate routes) throws Refusal {
    String token = tokens.issue(service, now() + LEASE_SECONDS);
    String requestId = ids.next();
    Exchange called =
        routes.send(
            CORRIDOR,
            exchange -> {
              CallSlots.REQUEST_ID.put(exchange, requestId);
              CallSlots.SURFACE.put(exchange, CallSlots.PROBE);
              exchange.getMessage().setHeader("service", service.id());
              exchange.getMessage().setHeader("X-Payment-Token", token);
              exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
              exchange
                  .getMessage()
                  .setBody(service.exampleRequest().toString().getBytes(StandardCharsets.UTF_8));
            });
    String outcome = outcome(called);
    if (!outcome.equals(Probes.ANSWERED)) {
      LOG.warn(
          "probe of service={} requestId={} was not answered: {}",
          service.id(),
          requestId,
          outcome);
    }
    return new Probes.Last(now(), outcome, called.getClock().elapsed());
  }

  private static String outcome(Exchange called) {
    Object status = called.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE);
    if (called.getException() == null && String.valueOf(status).equals(String.valueOf(SOLD))) {
      return Probes.ANSWERED;
    }
    return CallSlots.REFUSAL.find(called).map(Refusal::word).orElse("internal_error");
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
