package io.tollroute.web;

import io.tollroute.call.MisplacedToken;
import io.tollroute.call.Refusal;
import io.tollroute.call.TokenShape;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * What stands in front of the routes, on the event loop: sheds load before it takes a worker,
 * refuses bodies that the server would write to disk, and says 404, 405 and 413 in our envelope.
 */
public final class Edge {

  /** Neither a part of a path that varies, nor what stands for many paths, nor the stand-ins. */
  private static final Pattern FIXED = Pattern.compile("/(?!sandbox/)[^:*{(]+");

  private static final long MAX_FORM_BYTES = 64 * 1024;

  /** Clients add to its address what they like; nothing there is one of our parameters. */
  private static final String MCP = "/mcp";

  private static final long LOOK_AGAIN_MILLIS = 20;

  private final BodyHandler forms = BodyHandler.create(false).setBodyLimit(MAX_FORM_BYTES);
  private final EarlyRefusal refusal;
  private final List<String> proofs;
  private final int maxInFlight;
  private final int maxPaidInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger paidInFlight = new AtomicInteger();
  private volatile boolean draining;

  /** Knows what somebody meant by an address at which there is nothing. */
  @FunctionalInterface
  public interface Signpost {

    /** One of our own paths, such as one of {@code paths}; never what was asked for. */
    Optional<String> meant(String asked, Collection<String> paths);
  }

  /**
   * Paid calls wait for others and hold a worker each; {@code maxPaidInFlight} below the number of
   * workers keeps some free for callers who only ask for the price. {@code proofs} are the headers
   * that make a call a paid one.
   */
  public Edge(EarlyRefusal refusal, int maxInFlight, int maxPaidInFlight, List<String> proofs) {
    this.proofs = List.copyOf(proofs);
    this.refusal = refusal;
    this.maxInFlight = maxInFlight;
    this.maxPaidInFlight = maxPaidInFlight;
  }

  /**
   * Puts the edge in front of everything that the router serves; {@code signpost} is asked about
   * addresses at which there is nothing.
   */
  public void guard(VertxPlatformHttpRouter router, Signpost signpost) {
    router.route().order(-3).failureHandler(this::fail);
    router.route("/api/*").order(-2).handler(context -> admit(context, isPaid(context)));
    // a message may hold a proof, which cannot be known before it is read
    router.route(MCP).order(-2).handler(context -> admit(context, true));
    router.route().order(-1).handler(this::readForm);
    router.route().last().handler(context -> refuseUnrouted(router, signpost, context));
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

  /** Whether it has been told to take no new calls. */
  public boolean isDraining() {
    return draining;
  }

  private boolean isPaid(RoutingContext context) {
    MultiMap headers = context.request().headers();
    return proofs.stream().flatMap(proof -> headers.getAll(proof).stream()).anyMatch(Edge::says)
        || headers.getAll(HttpHeaders.AUTHORIZATION).stream()
            .anyMatch(value -> TokenShape.ofBearer(value).isPresent());
  }

  private static boolean says(String value) {
    return !value.isBlank();
  }

  private void admit(RoutingContext context, boolean paid) {
    if (draining) {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      refuse(context, "shutting_down");
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
    if (unreadable && paid) {
      refuse(context, "unsupported_media_type");
      return;
    }
    if (unreadable) {
      // whoever only asks for the price sends what his client thinks of; nobody looks at it
      context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
    }
    Optional<Place> place =
        paid ? Place.take(paidInFlight, maxPaidInFlight) : Place.take(inFlight, maxInFlight);
    if (place.isEmpty()) {
      refuse(context, "overloaded");
      return;
    }
    context.addEndHandler(end -> place.get().responseEnds());
    context.next();
  }

  /**
   * Reads a form without a folder for its files. Camel 4.18 makes one for every form, whatever
   * camel.server.file-upload-enabled says; a body that was read here is not read again.
   */
  private void readForm(RoutingContext context) {
    if (isForm(context.request().getHeader(HttpHeaders.CONTENT_TYPE))) {
      forms.handle(context);
    } else {
      context.next();
    }
  }

  private static boolean isForm(String type) {
    if (type == null) {
      return false;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("multipart/") || lower.startsWith("application/x-www-form-urlencoded");
  }

  /** The last route takes every method, so a wrong one has to be told from a wrong address here. */
  private void refuseUnrouted(
      VertxPlatformHttpRouter router, Signpost signpost, RoutingContext context) {
    Set<String> methods =
        router.getRoutes().stream()
            .filter(route -> context.normalizedPath().equals(route.getPath()))
            .filter(route -> route.methods() != null)
            .flatMap(route -> route.methods().stream())
            .map(HttpMethod::name)
            .collect(Collectors.toCollection(TreeSet::new));
    if (methods.isEmpty()) {
      Optional<String> meant = signpost.meant(context.normalizedPath(), addresses(router));
      Refusal notFound = Refusal.of("not_found");
      refusal.answer(
          context.response(),
          meant
              .map(
                  path ->
                      notFound.saying(
                          "There is nothing at this address. Did you mean " + path + "?"))
              .orElse(notFound));
    } else {
      if (methods.contains(HttpMethod.GET.name())) {
        methods.add(HttpMethod.HEAD.name());
      }
      context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
      refuse(context, "method_not_allowed");
    }
  }

  private static Set<String> addresses(VertxPlatformHttpRouter router) {
    return router.getRoutes().stream()
        .map(Route::getPath)
        .filter(path -> path != null && FIXED.matcher(path).matches())
        .collect(Collectors.toSet());
  }

  private void fail(RoutingContext context) {
    refuse(context, refusal.wordOf(context.statusCode()));
  }

  private void refuse(RoutingContext context, String word) {
    refusal.answer(context.response(), word);
  }
}
