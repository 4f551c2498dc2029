package io.tollroute.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * Stands before everything under {@code /manage}, on the event loop and before a body is read: lets
 * through who shows the operator's token, and nobody where none is set. A browser does not send the
 * header by itself, so no page can make it do what an operator may.
 */
public final class OperatorGate implements Handler<RoutingContext> {

  /** The setting that opens the management port. */
  public static final String TOKEN = "tollroute.management.token";

  private static final String SCHEME = "Bearer ";

  private final OperatorToken token;

  /** Opens for {@code token}, or for nobody where it is not set. */
  OperatorGate(OperatorToken token) {
    this.token = token;
  }

  @Override
  public void handle(RoutingContext context) {
    if (!token.isSet()) {
      refuse(
          context,
          HttpResponseStatus.FORBIDDEN,
          "closed",
          "Management is closed: tollroute.management.token is not set.");
    } else if (isOperator(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
      context.next();
    } else {
      context.response().putHeader("WWW-Authenticate", "Bearer");
      refuse(
          context,
          HttpResponseStatus.UNAUTHORIZED,
          "unauthorized",
          "Send tollroute.management.token as Authorization: Bearer.");
    }
  }

  private boolean isOperator(String authorization) {
    boolean bearer =
        authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    return token.is(bearer ? authorization.substring(SCHEME.length()).strip() : "");
  }

  /** Says that a request could not be read: its body is larger than any that is needed. */
  void refuseUnreadable(RoutingContext context) {
    boolean large = context.statusCode() == HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE.code();
    refuse(
        context,
        HttpResponseStatus.valueOf(context.statusCode()),
        large ? "invalid" : "failed",
        large ? "The body is larger than 4 MB." : "The request could not be worked on.");
  }

  private static void refuse(
      RoutingContext context, HttpResponseStatus status, String word, String sentence) {
    if (context.response().ended()) {
      return;
    }
    String body = "{\"error\":\"" + word + "\",\"message\":\"" + sentence + "\"}";
    context
        .response()
        .setStatusCode(status.code())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        // said to a HEAD too, whose body stays behind
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
        .end(body);
  }
}
