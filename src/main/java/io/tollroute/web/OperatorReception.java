package io.tollroute.web;

import io.tollroute.call.Refusal;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/** Serves the operator behind his gate, and the probes before it. */
final class OperatorReception implements Reception {

  private static final String GATED = "/manage";

  /** Asked by who has no token, such as a kubelet. */
  private static final String OPEN = "/observe/";

  private final OperatorGate gate;
  private final PageGate pages;
  private final EarlyRefusal refusal;

  OperatorReception(OperatorGate gate, PageGate pages, EarlyRefusal refusal) {
    this.gate = gate;
    this.pages = pages;
    this.refusal = refusal;
  }

  @Override
  public List<Handler<RoutingContext>> before(PlatformHttpEndpoint endpoint) {
    String path = endpoint.getPath();
    boolean isPage =
        path.equals(OperatorSessions.PAGES) || path.startsWith(OperatorSessions.PAGES + "/");
    if (!path.startsWith(GATED + "/") && !isPage && !path.startsWith(OPEN)) {
      throw new IllegalArgumentException(
          path
              + ": the management port serves routes under "
              + GATED
              + "/ and "
              + OperatorSessions.PAGES
              + "/, behind the operator's token, and "
              + OPEN
              + " only");
    }
    return List.of();
  }

  @Override
  public void prepare(Router router, HttpAddresses addresses) {
    router.route().order(-2).failureHandler(gate::refuseUnreadable);
    router.route(GATED + "*").order(-1).handler(gate);
    router.route(OperatorSessions.PAGES + "*").order(-1).handler(pages);
    router.route().last().handler(context -> refuseUnrouted(addresses, context));
  }

  /** Under /manage and /admin only the operator gets here. */
  private void refuseUnrouted(HttpAddresses addresses, RoutingContext context) {
    Optional<HttpAddresses.Found> found = addresses.at(context.normalizedPath());
    // no page is told what it may do here
    found.ifPresent(
        here ->
            context.response().putHeader(HttpHeaders.ALLOW, here.allow().replace(", OPTIONS", "")));
    refusal.answer(
        context.response(),
        found.isPresent()
            ? Refusal.of("method_not_allowed")
            // the usual sentence is of the buyers' port
            : Refusal.of("not_found").saying("There is nothing at this address."));
  }
}
