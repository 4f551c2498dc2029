package io.tollroute.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedHttpTest {

  private static final int MAX_BYTES = 64 * 1024;

  /** What was answered: a status and a body. */
  private record Answer(int status, String body) {}

  @FunctionalInterface
  private interface Behaviour {
    void apply(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    threads.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  @DisplayName("an answer within the bounds is given as it is, read to its end")
  void answers() throws Exception {
    serve(exchange -> write(exchange, 200, "x".repeat(MAX_BYTES)));

    Answer answer = call(5_000);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).hasSize(MAX_BYTES);
  }

  @Test
  @DisplayName("an answer that drips ends at the deadline as a timeout, not at its last byte")
  void drips() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 200; i++) {
              out.write('x');
              out.flush();
              Thread.sleep(50);
            }
          }
        });

    assertEnds(InterruptedIOException.class, 500);
  }

  @Test
  @DisplayName("silence ends at the deadline as a timeout")
  void silent() {
    serve(exchange -> Thread.sleep(10_000));

    assertEnds(InterruptedIOException.class, 500);
  }

  @Test
  @DisplayName("a deadline that passes before there is a connection breaks the one that comes")
  void early() {
    serve(exchange -> Thread.sleep(10_000));

    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> call(60_000, Clock.systemUTC().millis() + 1));
  }

  @Test
  @DisplayName("a caller's own, earlier deadline counts, and is not told to the other side")
  void own_deadline() {
    serve(
        exchange -> {
          assertThat(exchange.getRequestHeaders()).doesNotContainKey(BoundedHttp.DEADLINE);
          Thread.sleep(10_000);
        });

    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> call(60_000, Clock.systemUTC().millis() + 400));
  }

  @Test
  @DisplayName("a caller's deadline that is over sends nothing")
  void over() {
    serve(exchange -> write(exchange, 200, "x"));

    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> call(60_000, Clock.systemUTC().millis() - 1));
    assertThat(requests).hasValue(0);
  }

  @Test
  @DisplayName("an answer that is too large ends at the bound, before its end and the deadline")
  void too_large() {
    AtomicInteger sent = new AtomicInteger();
    serve(exchange -> flood(exchange, sent));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> call(20_000))
        .isNotInstanceOf(InterruptedIOException.class);

    assertThat(sent.get()).as("megabytes taken").isLessThan(64);
  }

  @Test
  @DisplayName("the bound counts what is decompressed")
  void zip_bomb() throws Exception {
    byte[] bomb = gzip("x".repeat(64 * MAX_BYTES));
    assertThat(bomb).hasSizeLessThan(MAX_BYTES);
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          write(exchange, 200, bomb);
        });

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> call(5_000));
  }

  @Test
  @DisplayName("a compressed answer is decompressed")
  void compressed() throws Exception {
    byte[] body = gzip("plain text");
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          write(exchange, 200, body);
        });

    assertThat(call(5_000).body()).isEqualTo("plain text");
  }

  @Test
  @DisplayName("what only says that it is compressed is a broken answer")
  void lying() {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          write(exchange, 200, "not gzip at all");
        });

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> call(5_000))
        .isNotInstanceOf(InterruptedIOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503, 408, 500})
  @DisplayName("a status that invites a repeat is given to the caller, after one request")
  void no_repeat(int status) throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "0");
          write(exchange, status, "later");
        });

    assertThat(call(5_000)).isEqualTo(new Answer(status, "later"));
    assertThat(requests).hasValue(1);
  }

  @Test
  @DisplayName("a connection that breaks is not tried again")
  void no_repeat_after_reset() {
    serve(HttpExchange::close);

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> call(5_000));
    assertThat(requests).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  @DisplayName("a redirect is not followed")
  void no_redirect(int status) throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          write(exchange, status, "there");
        });

    assertThat(call(5_000).status()).isEqualTo(status);
    assertThat(requests).hasValue(1);
  }

  @Test
  @DisplayName("cookies are not kept from one call to the next")
  void no_cookies() throws Exception {
    serve(
        exchange -> {
          assertThat(exchange.getRequestHeaders()).doesNotContainKey("Cookie");
          exchange.getResponseHeaders().set("Set-Cookie", "a=b");
          write(exchange, 200, "x");
        });
    try (CloseableHttpClient client = client(5_000)) {
      execute(client, 0);
      assertThat(execute(client, 0).status()).isEqualTo(200);
    }
  }

  private void assertEnds(Class<? extends Exception> with, long deadlineMillis) {
    assertThatExceptionOfType(with).isThrownBy(() -> call(deadlineMillis));
    assertThat(requests).hasValue(1);
  }

  private void serve(Behaviour behaviour) {
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          try {
            behaviour.apply(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (AssertionError e) {
            write(exchange, 599, e.getMessage());
          }
        });
  }

  private Answer call(long deadlineMillis) throws IOException {
    return call(deadlineMillis, 0);
  }

  private Answer call(long deadlineMillis, long ownDeadline) throws IOException {
    try (CloseableHttpClient client = client(deadlineMillis)) {
      return execute(client, ownDeadline);
    }
  }

  private CloseableHttpClient client(long deadlineMillis) {
    HttpClientBuilder builder = HttpClients.custom();
    new BoundedHttp(timer, Clock.systemUTC(), deadlineMillis, MAX_BYTES)
        .configureHttpClient(builder);
    return builder.build();
  }

  private Answer execute(CloseableHttpClient client, long ownDeadline) throws IOException {
    HttpPost post = new HttpPost("http://127.0.0.1:" + server.getAddress().getPort() + "/call");
    post.setEntity(new StringEntity("body"));
    if (ownDeadline > 0) {
      post.setHeader(BoundedHttp.DEADLINE, Long.toString(ownDeadline));
    }
    return client.execute(
        post,
        response -> new Answer(response.getCode(), EntityUtils.toString(response.getEntity())));
  }

  private static void flood(HttpExchange exchange, AtomicInteger sent) throws IOException {
    exchange.sendResponseHeaders(200, 4L << 30);
    byte[] block = new byte[1 << 20];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < 4096; i++) {
        out.write(block);
        sent.incrementAndGet();
      }
    }
  }

  private static void write(HttpExchange exchange, int status, String body) throws IOException {
    write(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
