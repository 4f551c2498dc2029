package io.tollroute.web;

import io.tollroute.call.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands in front of the routes, on the event loop: sheds load before it takes a worker,
 * refuses bodies that the server would write to disk, and says 404, 405 and 413 in our envelope.
 */
public final class Edge {

  private static final List<String> PROOFS =
      List.of("payment-signature", "x-payment", "x-payment-token");

  private final ErrorWords words;
  private final Envelope envelope;
  private final RequestIds ids;
  private final int maxInFlight;
  private final int maxPaidInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger paidInFlight = new AtomicInteger();

  /**
   * Paid calls wait for others and hold a worker each; {@code maxPaidInFlight} below the number of
   * workers keeps some free for callers who only ask for the price.
   */
  public Edge(
      ErrorWords words, Envelope envelope, RequestIds ids, int maxInFlight, int maxPaidInFlight) {
    this.words = words;
    this.envelope = envelope;
    this.ids = ids;
    this.maxInFlight = maxInFlight;
    this.maxPaidInFlight = maxPaidInFlight;
  }

  /** Puts the edge in front of everything that the router serves. */
  public void guard(Router router) {
    router.route().order(-3).failureHandler(this::fail);
    router.route("/api/*").order(-2).handler(this::admit);
    router.route().last().handler(context -> refuse(context, "not_found"));
  }

  private void admit(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    String encoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
    if (isForm(type) || (encoding != null && !encoding.equalsIgnoreCase("identity"))) {
      refuse(context, "unsupported_media_type");
      return;
    }
    boolean paid = PROOFS.stream().anyMatch(context.request().headers()::contains);
    AtomicInteger counter = paid ? paidInFlight : inFlight;
    if (counter.incrementAndGet() > (paid ? maxPaidInFlight : maxInFlight)) {
      counter.decrementAndGet();
      refuse(context, "overloaded");
      return;
    }
    context.addEndHandler(end -> counter.decrementAndGet());
    context.next();
  }

  private static boolean isForm(String type) {
    if (type == null) {
      return false;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("multipart/") || lower.startsWith("application/x-www-form-urlencoded");
  }

  private void fail(RoutingContext context) {
    refuse(
        context,
        words.ofStatus(context.statusCode()).map(ErrorWord::word).orElse("internal_error"));
  }

  private void refuse(RoutingContext context, String word) {
    HttpServerResponse response = context.response();
    if (response.ended()) {
      return;
    }
    ErrorWord row = words.of(word);
    String requestId = ids.next();
    row.retryAfter().ifPresent(seconds -> response.putHeader("Retry-After", seconds.toString()));
    response
        .setStatusCode(row.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .putHeader("X-Request-Id", requestId)
        .end(Buffer.buffer(envelope.failure(Refusal.of(word), requestId)));
  }
}
