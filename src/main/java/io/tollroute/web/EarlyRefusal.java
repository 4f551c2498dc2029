package io.tollroute.web;

import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWord;
import io.tollroute.answer.ErrorWords;
import io.tollroute.answer.RequestIds;
import io.tollroute.call.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * A refusal before any route has seen the request: the same envelope, written on the event loop.
 */
public final class EarlyRefusal {

  private final ErrorWords words;
  private final Envelope envelope;
  private final RequestIds ids;
  private final AnswerHeaders always;

  /** Answers with the rows of {@code words}. */
  EarlyRefusal(ErrorWords words, Envelope envelope, RequestIds ids, AnswerHeaders always) {
    this.words = words;
    this.envelope = envelope;
    this.ids = ids;
    this.always = always;
  }

  /** Ends the response with the status and envelope of {@code word}, unless it has ended. */
  void answer(HttpServerResponse response, String word) {
    answer(response, Refusal.of(word));
  }

  /** Ends the response with what a refusal says, unless it has ended. */
  void answer(HttpServerResponse response, Refusal refused) {
    if (response.ended()) {
      return;
    }
    ErrorWord row = words.of(refused.word());
    String requestId = ids.next();
    byte[] body = envelope.failure(refused, requestId);
    always.put(response);
    words.retryAfter(row).ifPresent(seconds -> response.putHeader("Retry-After", seconds));
    response
        .setStatusCode(row.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Request-Id", requestId)
        // said to a HEAD too, whose body stays behind
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length))
        .end(Buffer.buffer(body));
  }

  /**
   * The word for a status that the HTTP server itself has chosen; without a row of its own, what is
   * wrong with a request is not readable, and is not made a failure of ours.
   */
  String wordOf(int status) {
    boolean theirs = status >= 400 && status < 500;
    return words
        .ofStatus(status)
        .map(ErrorWord::word)
        .orElse(theirs ? "bad_request" : "internal_error");
  }
}
