package io.tollroute.outbound;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/**
 * Asks somebody outside once, in the bounds of {@link BoundedHttp} and on a connection of its own,
 * for whoever has no routes.
 */
public final class OneCall {

  /**
   * What came back.
   *
   * @param headers by their names in small letters, the last of each
   * @param millis how long it took
   */
  public record Answer(int status, Map<String, String> headers, byte[] body, long millis) {

    /** A header, by its name in small letters. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  private final Clock clock;
  private final long patienceMillis;
  private final int maxBytes;
  private final UnaryOperator<HttpClientConfigurer> credentials;

  /** Waits so long, for so large an answer. */
  public OneCall(Clock clock, long patienceMillis, int maxBytes) {
    this(clock, patienceMillis, maxBytes, UnaryOperator.identity());
  }

  /** The same with what {@code credentials} adds to each request. */
  public OneCall(
      Clock clock,
      long patienceMillis,
      int maxBytes,
      UnaryOperator<HttpClientConfigurer> credentials) {
    this.clock = clock;
    this.patienceMillis = patienceMillis;
    this.maxBytes = maxBytes;
    this.credentials = credentials;
  }

  /** Gets JSON. */
  public Answer get(String url) throws IOException {
    return send(new HttpUriRequestBase("GET", uri(url)), Map.of());
  }

  /** Posts a body with these headers, the type of the body among them. */
  public Answer post(String url, byte[] body, Map<String, String> headers) throws IOException {
    HttpUriRequestBase request = new HttpUriRequestBase("POST", uri(url));
    Map<String, String> others = new HashMap<>(headers);
    String type = others.remove("Content-Type");
    request.setEntity(
        new ByteArrayEntity(body, type == null ? null : ContentType.parseLenient(type)));
    return send(request, others);
  }

  private static URI uri(String url) throws IOException {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      // its message is the address, in which a key may stand
      throw new IOException("it is no address");
    }
  }

  private Answer send(HttpUriRequestBase request, Map<String, String> headers) throws IOException {
    headers.forEach(request::setHeader);
    request.setHeader("Accept", ContentType.APPLICATION_JSON.getMimeType());
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(Timeout.ofMilliseconds(patienceMillis))
                            .build())
                    .build());
    credentials
        .apply(new BoundedHttp(timer, clock, patienceMillis, maxBytes))
        .configureHttpClient(builder);
    long began = System.nanoTime();
    try (CloseableHttpClient client = builder.build()) {
      return client.execute(request, answer -> read(answer, began));
    } catch (IllegalStateException e) {
      // the deadline broke the connection off before there was an answer
      throw new IOException(e);
    } finally {
      timer.shutdownNow();
    }
  }

  private static Answer read(ClassicHttpResponse answer, long began) throws IOException {
    Map<String, String> headers = new HashMap<>();
    answer
        .headerIterator()
        .forEachRemaining(
            header -> headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue()));
    byte[] body =
        answer.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(answer.getEntity());
    return new Answer(
        answer.getCode(), Map.copyOf(headers), body, (System.nanoTime() - began) / 1_000_000);
  }

  /** Why nobody answered, in a few words that quote no address. */
  public static String words(IOException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !isKnown(cause)) {
      cause = cause.getCause();
    }
    if (cause instanceof UnknownHostException) {
      return "its name is not known (DNS)";
    }
    if (cause instanceof SSLException) {
      return "its certificate, or its way to speak TLS, is not accepted";
    }
    if (cause instanceof InterruptedIOException) {
      return "it does not answer in time";
    }
    if (cause instanceof ConnectException) {
      return "nobody listens there";
    }
    if (cause instanceof NoRouteToHostException) {
      return "no way leads there";
    }
    return cause instanceof AnswerTooLarge
        ? "its answer is too large"
        : "the connection broke (" + cause.getClass().getSimpleName() + ")";
  }

  private static boolean isKnown(Throwable failure) {
    return failure instanceof UnknownHostException
        || failure instanceof SSLException
        || failure instanceof InterruptedIOException
        || failure instanceof ConnectException
        || failure instanceof NoRouteToHostException
        || failure instanceof AnswerTooLarge;
  }
}
