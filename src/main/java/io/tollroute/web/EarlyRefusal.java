package io.tollroute.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWord;
import io.tollroute.answer.ErrorWords;
import io.tollroute.answer.RequestIds;
import io.tollroute.call.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A refusal before any route has seen the request: the same envelope, written on the event loop.
 */
public final class EarlyRefusal {

  private final ErrorWords words;
  private final Envelope envelope;
  private final RequestIds ids;
  private final Consumer<MultiMap> always;
  private final Map<String, LongAdder> said = new ConcurrentHashMap<>();

  /** Answers with the rows of {@code words}; {@code always} puts what else every answer carries. */
  EarlyRefusal(ErrorWords words, Envelope envelope, RequestIds ids, Consumer<MultiMap> always) {
    this.words = words;
    this.envelope = envelope;
    this.ids = ids;
    this.always = always;
  }

  /** How often each word was said, since the start; what is new in it is seen by who has it. */
  public Map<String, LongAdder> said() {
    return Collections.unmodifiableMap(said);
  }

  /** What is said of a refusal that says nothing of its own. */
  String usual(Refusal refused) {
    return words.of(refused.word()).message();
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
    byte[] body = write(refused, row, response.headers());
    response.setStatusCode(row.status()).end(Buffer.buffer(body));
  }

  /**
   * The whole answer that says {@code word} and that the connection is closed, for a request of
   * which the server knows nothing yet.
   */
  byte[] whole(String word) {
    ErrorWord row = words.of(word);
    MultiMap headers = HttpHeaders.headers();
    byte[] body = write(Refusal.of(word), row, headers);
    headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    StringBuilder head = new StringBuilder();
    head.append(HttpVersion.HTTP_1_1)
        .append(' ')
        .append(HttpResponseStatus.valueOf(row.status()))
        .append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  private byte[] write(Refusal refused, ErrorWord row, MultiMap headers) {
    said.computeIfAbsent(row.word(), first -> new LongAdder()).increment();
    String requestId = ids.next();
    byte[] body = envelope.failure(refused, requestId);
    always.accept(headers);
    words.retryAfter(row).ifPresent(seconds -> headers.set("Retry-After", seconds));
    headers
        .set(HttpHeaders.CONTENT_TYPE, "application/json")
        .set(HttpHeaders.CACHE_CONTROL, "no-store")
        .set("X-Request-Id", requestId)
        // said to a HEAD too, whose body stays behind
        .set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
    return body;
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
