package io.tollroute.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;

/**
 * Stands before the operator's pages, on the event loop and before a body is read. Who has not come
 * in is sent to the page where he can; what another site has sent, or is no small form, goes no
 * further.
 */
final class PageGate implements Handler<RoutingContext> {

  private static final String SIGN_IN = OperatorSessions.PAGES + "/login";

  /** What the page to sign in needs. */
  private static final Set<String> OPEN =
      Set.of(SIGN_IN, OperatorSessions.PAGES + "/style.css", OperatorSessions.PAGES + "/icon.svg");

  private static final int MOST_BYTES = 16 << 10;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final OperatorSessions sessions;

  PageGate(OperatorSessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    boolean sends =
        !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    if (sessions.isClosed()) {
      say(
          context,
          HttpResponseStatus.FORBIDDEN,
          "These pages are closed: tollroute.management.token is not set.");
    } else if (sends && !isFromHere(request)) {
      say(context, HttpResponseStatus.FORBIDDEN, "This was sent by a page of another site.");
    } else if (sends && !isSmallForm(request)) {
      say(context, HttpResponseStatus.BAD_REQUEST, "What is sent here is a form of at most 16 KB.");
    } else if (OPEN.contains(context.normalizedPath()) || sessions.find(request).isPresent()) {
      context.next();
    } else {
      context.response().putHeader(HttpHeaders.LOCATION, SIGN_IN);
      say(context, HttpResponseStatus.SEE_OTHER, "Sign in first: " + SIGN_IN);
    }
  }

  /** Browsers say where a request comes from; one that does not is held by the form's token. */
  private static boolean isFromHere(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    return site == null || site.equals("same-origin") || site.equals("none");
  }

  private static boolean isSmallForm(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return type != null
        && type.toLowerCase(Locale.ROOT).startsWith(FORM)
        && length != null
        && length.matches("\\d{1,6}")
        && Integer.parseInt(length) <= MOST_BYTES;
  }

  private static void say(RoutingContext context, HttpResponseStatus status, String sentence) {
    if (context.response().ended()) {
      return;
    }
    String body = sentence + "\n";
    context
        .response()
        .setStatusCode(status.code())
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        // said to a HEAD too, whose body stays behind
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
        .end(body);
  }
}
