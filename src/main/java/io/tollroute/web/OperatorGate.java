package io.tollroute.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Stands before everything under {@code /manage}, on the event loop and before a body is read: lets
 * through who shows the operator's token, and nobody where none is set. A browser does not send the
 * header by itself, so no page can make it do what an operator may.
 */
public final class OperatorGate implements Handler<RoutingContext> {

  /** The setting that opens the management port. */
  public static final String TOKEN = "tollroute.management.token";

  private static final String SCHEME = "Bearer ";

  private final Optional<byte[]> token;

  /** Opens for {@code token}, or for nobody. */
  public OperatorGate(Optional<String> token) {
    this.token = token.map(OperatorGate::digest);
  }

  @Override
  public void handle(RoutingContext context) {
    if (token.isEmpty()) {
      refuse(
          context,
          HttpResponseStatus.FORBIDDEN,
          "closed",
          "Management is closed: tollroute.management.token is not set.");
    } else if (isOperator(context.request().getHeader(HttpHeaders.AUTHORIZATION), token.get())) {
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

  private static boolean isOperator(String authorization, byte[] token) {
    boolean bearer =
        authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String shown = bearer ? authorization.substring(SCHEME.length()).strip() : "";
    // hashes are of one length, so that the comparison tells nothing of the token's
    return MessageDigest.isEqual(digest(shown), token);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
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
