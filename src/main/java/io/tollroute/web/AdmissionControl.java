package io.tollroute.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.tollroute.call.MisplacedToken;
import io.tollroute.call.Refusal;
import io.tollroute.call.TokenShape;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

/**
 * What stands in front of the buyers' routes, on the event loop: sheds load before it takes a
 * worker, answers the preflights of pages, and says 404, 405 and 413 in our envelope.
 */
public final class AdmissionControl implements Reception {

  private static final String STAND_INS = "/sandbox/";

  /** Clients add to its address what they like; nothing there is one of our parameters. */
  private static final String MCP = "/mcp";

  private static final String SERVICES = "/api/";

  private static final String SERVICE = "{service}";

  private static final long LOOK_AGAIN_MILLIS = 20;

  private final EarlyRefusal refusal;
  private final AnswerHeaders always;
  private final List<String> proofs;
  private final Supplier<Signpost> signpost;
  private final int maxInFlight;
  private final int maxPaidInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger paidInFlight = new AtomicInteger();
  private volatile boolean draining;

  /** Knows what somebody meant who came to the wrong place. */
  public interface Signpost {

    /** One of our own paths, such as one of {@code paths}; never what was asked for. */
    Optional<String> meant(String asked, Collection<String> paths);

    /** The id of the service that was meant; never what was asked for. */
    Optional<String> service(String asked);
  }

  /**
   * Paid calls wait for others and hold a worker each; {@code maxPaidInFlight} below the number of
   * workers keeps some free for callers who only ask for the price. {@code proofs} are the headers
   * that make a call a paid one. {@code signpost} is asked about addresses at which there is
   * nothing.
   */
  AdmissionControl(
      EarlyRefusal refusal,
      AnswerHeaders always,
      int maxInFlight,
      int maxPaidInFlight,
      List<String> proofs,
      Supplier<Signpost> signpost) {
    this.refusal = refusal;
    this.always = always;
    this.proofs = List.copyOf(proofs);
    this.maxInFlight = maxInFlight;
    this.maxPaidInFlight = maxPaidInFlight;
    this.signpost = signpost;
  }

  /** An address that takes every method tells pages itself what they may. */
  @Override
  public List<Handler<RoutingContext>> before(PlatformHttpEndpoint endpoint) {
    List<Handler<RoutingContext>> handlers = new ArrayList<>();
    handlers.add(this::admit);
    if (HttpAddresses.isRestricted(endpoint)) {
      handlers.add(
          context -> {
            always.put(context.response().headers());
            context.next();
          });
    }
    return handlers;
  }

  @Override
  public void prepare(Router router, HttpAddresses addresses) {
    router.route().order(-2).failureHandler(this::fail);
    router.route(SERVICES + "*").order(-1).handler(this::look);
    router.route(MCP).order(-1).handler(this::look);
    router.route().last().handler(context -> refuseUnrouted(addresses, context));
  }

  /**
   * Takes no new calls from now on, and returns when those in flight are done, or after {@code
   * patience}.
   */
  public void drain(Duration patience) throws InterruptedException {
    draining = true;
    long end = System.nanoTime() + patience.toNanos();
    while (inFlight.get() + paidInFlight.get() > 0 && System.nanoTime() < end) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  /** Unpaid requests that are worked on now. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Paid calls, and messages that may be some, that are worked on now. */
  public int paidInFlight() {
    return paidInFlight.get();
  }

  /** Whether it has been told to take no new calls. */
  public boolean isDraining() {
    return draining;
  }

  private static boolean isMessage(RoutingContext context) {
    String path = context.normalizedPath();
    return path.startsWith(MCP) && path.length() <= MCP.length() + 1;
  }

  /** A message may hold a proof, which cannot be known before a worker has read it. */
  private boolean isPaid(RoutingContext context) {
    MultiMap headers = context.request().headers();
    return isMessage(context)
        || proofs.stream()
            .flatMap(proof -> headers.getAll(proof).stream())
            .anyMatch(AdmissionControl::says)
        || headers.getAll(HttpHeaders.AUTHORIZATION).stream()
            .anyMatch(value -> TokenShape.ofBearer(value).isPresent());
  }

  private static boolean says(String value) {
    return !value.isBlank();
  }

  /** What can be refused before the body is there. */
  private void look(RoutingContext context) {
    if (draining) {
      refuseNew(context);
      return;
    }
    String query = context.request().query();
    boolean preflight = context.request().method().equals(HttpMethod.OPTIONS);
    if (query != null
        && !preflight
        && MisplacedToken.isIn(query, !context.normalizedPath().equals(MCP))) {
      refuse(context, "misplaced_token");
      return;
    }
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    String encoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
    boolean unreadable =
        isForm(type) || (encoding != null && !encoding.equalsIgnoreCase("identity"));
    if (unreadable && isPaid(context)) {
      refuse(context, "unsupported_media_type");
      return;
    }
    if (unreadable) {
      // whoever only asks for the price sends what his client thinks of; nobody looks at it
      context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
    }
    context.next();
  }

  private void refuseNew(RoutingContext context) {
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    refuse(context, "shutting_down");
  }

  /** A place is for work: one whose body is still on its way takes none. */
  private void admit(RoutingContext context) {
    if (!context.normalizedPath().startsWith(SERVICES) && !isMessage(context)) {
      context.next();
      return;
    }
    if (draining) {
      refuseNew(context);
      return;
    }
    Optional<InFlightPermit> permit =
        isPaid(context)
            ? InFlightPermit.take(paidInFlight, maxPaidInFlight)
            : InFlightPermit.take(inFlight, maxInFlight);
    if (permit.isEmpty()) {
      refuse(context, "overloaded");
      return;
    }
    context.addEndHandler(end -> permit.get().responseEnds());
    context.next();
  }

  private static boolean isForm(String type) {
    if (type == null) {
      return false;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("multipart/") || lower.startsWith("application/x-www-form-urlencoded");
  }

  /** The last route takes every method, so a wrong one has to be told from a wrong address here. */
  private void refuseUnrouted(HttpAddresses addresses, RoutingContext context) {
    String path = context.normalizedPath();
    Optional<HttpAddresses.Found> found = addresses.at(path);
    if (found.isEmpty()) {
      refusal.answer(context.response(), notFound(path, addresses));
    } else if (context.request().method().equals(HttpMethod.OPTIONS)) {
      always.putPreflight(context.response().headers());
      context.response().setStatusCode(HttpResponseStatus.NO_CONTENT.code()).end();
    } else {
      context.response().putHeader(HttpHeaders.ALLOW, found.get().allow());
      Refusal refused = Refusal.of("method_not_allowed");
      refusal.answer(context.response(), advice(found.get()).map(refused::saying).orElse(refused));
    }
  }

  /** A note may name the service of its address in braces; it is told where there is one. */
  private Optional<String> advice(HttpAddresses.Found found) {
    Optional<String> note = found.advice().filter(text -> text.contains(SERVICE));
    return note.isEmpty()
        ? found.advice()
        : found
            .service()
            .flatMap(signpost.get()::service)
            .flatMap(id -> note.map(text -> text.replace(SERVICE, id)));
  }

  private Refusal notFound(String path, HttpAddresses addresses) {
    Refusal notFound = Refusal.of("not_found");
    return signpost
        .get()
        .meant(
            path, addresses.fixed().stream().filter(each -> !each.startsWith(STAND_INS)).toList())
        .map(meant -> refusal.usual(notFound) + " Did you mean " + meant + "?")
        .map(notFound::saying)
        .orElse(notFound);
  }

  private void fail(RoutingContext context) {
    refuse(context, refusal.wordOf(context.statusCode()));
  }

  private void refuse(RoutingContext context, String word) {
    refusal.answer(context.response(), word);
  }
}
