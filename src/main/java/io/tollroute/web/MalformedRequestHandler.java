package io.tollroute.web;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Turns away what is not a request that a route could read. Vert.x alone would answer such a
 * request without a body, and log a stack trace for a broken escape in its address.
 */
public final class MalformedRequestHandler {

  private final EarlyRefusal refusal;

  /** Answers with {@code refusal}. */
  public MalformedRequestHandler(EarlyRefusal refusal) {
    this.refusal = refusal;
  }

  /** Answers what the server could not decode. */
  void refuseUnreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      refuse(request, "uri_too_long");
    } else if (cause instanceof TooLongHttpHeaderException) {
      refuse(request, "headers_too_large");
    } else {
      refuse(request, "bad_request");
    }
  }

  /** Lets only readable requests through to {@code next}. */
  Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
    return request -> {
      if (hasBrokenEscape(request.uri())) {
        refuse(request, "bad_request");
      } else {
        next.handle(request);
      }
    };
  }

  private static boolean hasBrokenEscape(String uri) {
    for (int at = uri.indexOf('%'); at >= 0; at = uri.indexOf('%', at + 1)) {
      boolean whole =
          at + 2 < uri.length()
              && Character.digit(uri.charAt(at + 1), 16) >= 0
              && Character.digit(uri.charAt(at + 2), 16) >= 0;
      if (!whole) {
        return true;
      }
    }
    return false;
  }

  /** What follows on the connection cannot be trusted to be a request of its own. */
  private void refuse(HttpServerRequest request, String word) {
    request.response().putHeader("Connection", "close");
    refusal.answer(request.response(), word);
    request.response().close();
  }
}
