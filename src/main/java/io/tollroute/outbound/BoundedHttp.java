package io.tollroute.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.ConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;

/**
 * Bounds a camel-http call as a whole: its time from the first byte sent to the last one read, and
 * the size of its answer after decompression. It is sent once: never repeated, never redirected. A
 * connection that breaks at its reuse is told from others as a {@link StaleConnection}.
 *
 * <p>The client's own response timeout counts from one packet to the next, so an answer that drips
 * would hold a call for ever.
 */
public final class BoundedHttp implements HttpClientConfigurer, ExecChainHandler {

  /**
   * Header of a message that shall end earlier than usual: milliseconds since the epoch. It is
   * taken off before the call is sent.
   */
  public static final String DEADLINE = "Tollroute-Deadline";

  private static final long AGAIN_MILLIS = 50;

  private static final ConnectionKeepAliveStrategy THEIRS =
      DefaultConnectionKeepAliveStrategy.INSTANCE;

  /** Servers that do not say close after five seconds at the earliest. */
  private static final long LONGEST_IDLE_MILLIS = 5_000;

  private static final long CLOSING_MILLIS = 1_000;

  /** Nobody closes so soon, and under load a connection is used again sooner still. */
  private static final long SURELY_OPEN_MILLIS = 50;

  private final ScheduledExecutorService timer;
  private final Clock clock;
  private final long deadlineMillis;
  private final int maxBytes;

  /** Ends a call after {@code deadlineMillis} or at {@code maxBytes} of answer. */
  public BoundedHttp(
      ScheduledExecutorService timer, Clock clock, long deadlineMillis, int maxBytes) {
    this.timer = timer;
    this.clock = clock;
    this.deadlineMillis = deadlineMillis;
    this.maxBytes = maxBytes;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder builder) {
    // a repeat of a signed request is a replay, and a repeat of a settlement a second one
    builder.disableAutomaticRetries();
    builder.disableRedirectHandling();
    builder.disableCookieManagement();
    builder.setKeepAliveStrategy(
        (response, context) ->
            shorter(
                THEIRS.getKeepAliveDuration(response, context),
                LONGEST_IDLE_MILLIS - CLOSING_MILLIS));
    builder.addExecInterceptorFirst("deadline", this);
  }

  /** A connection is given up before the other side closes it under a request. */
  private static TimeValue shorter(TimeValue theirs, long ourMillis) {
    long millis = Math.min(theirs.toMilliseconds() - CLOSING_MILLIS, ourMillis);
    return TimeValue.ofMilliseconds(Math.max(millis, 1));
  }

  /**
   * The same bounds for calls that can neither be repeated nor be lost lightly: a connection is
   * used again only at once, before anybody would close it.
   */
  public HttpClientConfigurer onSurelyOpenConnections() {
    return builder -> {
      configureHttpClient(builder);
      builder.setKeepAliveStrategy(
          (response, context) ->
              shorter(THEIRS.getKeepAliveDuration(response, context), SURELY_OPEN_MILLIS));
    };
  }

  /**
   * Time and size are bounded, and nothing is sent again by itself: the client would repeat what
   * was answered with 429 or 503, as long as it is told to wait. The rest is left to whoever calls.
   */
  public HttpClientConfigurer boundsOnly() {
    return builder -> {
      builder.disableAutomaticRetries();
      builder.addExecInterceptorFirst("deadline", this);
    };
  }

  /** The same bounds for calls that never use a connection twice. */
  public HttpClientConfigurer onFreshConnections() {
    return builder -> {
      configureHttpClient(builder);
      builder.setConnectionReuseStrategy((request, response, context) -> false);
    };
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    long millis = millisLeft(request);
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> deadline =
        timer.scheduleWithFixedDelay(
            () -> {
              late.set(true);
              scope.execRuntime.discardEndpoint();
            },
            millis,
            // again, because the first time there may have been no connection yet to break
            AGAIN_MILLIS,
            TimeUnit.MILLISECONDS);
    try {
      ClassicHttpResponse response = sendOnce(request, scope, chain);
      HttpEntity entity = response.getEntity();
      if (entity != null) {
        byte[] body = read(entity, scope);
        ContentType type = ContentType.parseLenient(entity.getContentType());
        entity.close();
        response.setEntity(new ByteArrayEntity(body, type));
      }
      return response;
    } catch (IOException | IllegalStateException e) {
      if (late.get()) {
        InterruptedIOException timeout =
            new InterruptedIOException("no complete answer within the deadline");
        // routes match causes too, and what we broke ourselves is not to be sent again
        timeout.initCause(e instanceof StaleConnection ? e.getCause() : e);
        throw timeout;
      }
      throw e;
    } finally {
      deadline.cancel(false);
    }
  }

  private static ClassicHttpResponse sendOnce(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    try {
      return chain.proceed(request, scope);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw answersOnItsConnection(scope) > 0 ? new StaleConnection(e) : e;
    }
  }

  /** Answers that came on the connection of a call; none before there was one. */
  private static long answersOnItsConnection(ExecChain.Scope scope) {
    EndpointDetails connection = scope.clientContext.getEndpointDetails();
    return connection == null ? 0 : connection.getResponseCount();
  }

  private long millisLeft(ClassicHttpRequest request) throws InterruptedIOException {
    Header own = request.getFirstHeader(DEADLINE);
    if (own == null) {
      return deadlineMillis;
    }
    request.removeHeaders(DEADLINE);
    long left = Math.min(deadlineMillis, Long.parseLong(own.getValue()) - clock.millis());
    if (left <= 0) {
      throw new InterruptedIOException("the deadline is over");
    }
    return left;
  }

  private byte[] read(HttpEntity entity, ExecChain.Scope scope) throws IOException {
    try (InputStream content = entity.getContent()) {
      if (content == null) {
        return new byte[0];
      }
      byte[] body = content.readNBytes(maxBytes + 1);
      if (body.length > maxBytes) {
        // closing a stream reads it to its end; what is left may be endless
        scope.execRuntime.discardEndpoint();
        throw new AnswerTooLarge();
      }
      return body;
    }
  }
}
