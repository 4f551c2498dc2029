package io.tollroute.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.sandbox.SandboxChain;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Stands between Tollroute and the sandbox's strict facilitator, passes calls on, counts them, and
 * can be told to misbehave.
 */
public final class FaultyFacilitator implements AutoCloseable {

  /** What to do with one call instead of passing it on. */
  @FunctionalInterface
  public interface Fault {
    void apply(HttpExchange exchange, Passing passing) throws IOException;
  }

  /** Passes the call on and gives the real answer. */
  @FunctionalInterface
  public interface Passing {
    HttpResponse<byte[]> pass() throws IOException;
  }

  private static final Pattern CONTRACT_SIGNATURE =
      Pattern.compile("(\"signature\":\"0x[0-9a-f]{130})[0-9a-f]+\"");

  private final int port;
  private volatile HttpServer server;
  private volatile boolean closing;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, Predicate<String>> victims = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
  private volatile UnaryOperator<String> reading = UnaryOperator.identity();
  private volatile URI target = URI.create("http://127.0.0.1:1");

  public FaultyFacilitator() throws IOException {
    server = listen(0);
    port = server.getAddress().getPort();
  }

  private HttpServer listen(int onPort) throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 64);
    listening.createContext("/", this::handle);
    listening.setExecutor(threads);
    listening.start();
    return listening;
  }

  public void passOnTo(URI facilitator) {
    target = facilitator;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Misbehaves on {@code operation} (verify, settle, supported) until told otherwise. */
  public void on(String operation, Fault fault) {
    faults.put(operation, fault);
  }

  /** Misbehaves on the next {@code times} calls of {@code operation}, then passes on. */
  public void on(String operation, int times, Fault fault) {
    AtomicInteger left = new AtomicInteger(times);
    faults.put(
        operation,
        (exchange, passing) -> {
          if (left.getAndDecrement() > 0) {
            fault.apply(exchange, passing);
          } else {
            relay(exchange, passing.pass());
          }
        });
  }

  /** Misbehaves on calls of {@code operation} with such a body until told otherwise. */
  public void on(String operation, Predicate<String> body, Fault fault) {
    victims.put(operation, body);
    faults.put(operation, fault);
  }

  /**
   * Knows the chain's contract wallets: a key's signature with more behind it is one of a wallet
   * that asks for no more.
   */
  public void knowContractWallets() {
    reading = body -> CONTRACT_SIGNATURE.matcher(body).replaceAll("$1\"");
  }

  /** Behaves again. */
  public void behave() {
    reading = UnaryOperator.identity();
    faults.clear();
    victims.clear();
  }

  public int calls(String operation) {
    return calls.computeIfAbsent(operation, key -> new AtomicInteger()).get();
  }

  /** Answers with this instead of asking. */
  public static Fault answering(int status, String body) {
    return (exchange, passing) -> write(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Does the work, and says something more in a header. */
  public static Fault saying(String header, String value) {
    return (exchange, passing) -> {
      exchange.getResponseHeaders().set(header, value);
      relay(exchange, passing.pass());
    };
  }

  /** Does the work and loses the answer. */
  public static Fault losingTheAnswer() {
    return (exchange, passing) -> {
      passing.pass();
      exchange.close();
    };
  }

  /** Drops the connection without doing anything. */
  public static Fault hangingUp() {
    return (exchange, passing) -> exchange.close();
  }

  /** Says nothing for {@code millis}, then drops the connection. */
  public static Fault silentFor(long millis) {
    return (exchange, passing) -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
    };
  }

  /** Sends a byte now and then, for {@code millis}. */
  public static Fault drippingFor(long millis) {
    return (exchange, passing) -> {
      exchange.sendResponseHeaders(200, 1_000_000);
      long end = System.nanoTime() + millis * 1_000_000;
      try (OutputStream out = exchange.getResponseBody()) {
        while (System.nanoTime() < end) {
          out.write(' ');
          out.flush();
          Thread.sleep(50);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    String operation = exchange.getRequestURI().getPath().substring(1);
    byte[] body = exchange.getRequestBody().readAllBytes();
    calls.computeIfAbsent(operation, key -> new AtomicInteger()).incrementAndGet();
    bodies
        .computeIfAbsent(operation, key -> new CopyOnWriteArrayList<>())
        .add(new String(body, StandardCharsets.UTF_8));
    if (closing) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    Passing passing = () -> ask(exchange.getRequestMethod(), operation, body);
    Fault fault = faults.get(operation);
    String text = new String(body, StandardCharsets.UTF_8);
    if (fault == null || !victims.getOrDefault(operation, any -> true).test(text)) {
      relay(exchange, passing.pass());
    } else {
      fault.apply(exchange, passing);
    }
  }

  private HttpResponse<byte[]> ask(String method, String operation, byte[] body)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(target + "/" + operation))
            .method(
                method,
                HttpRequest.BodyPublishers.ofString(
                    reading.apply(new String(body, StandardCharsets.UTF_8))))
            .header("Content-Type", "application/json")
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void relay(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    write(exchange, answer.statusCode(), answer.body());
  }

  private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** The bodies of all calls of {@code operation}, in the order in which they came. */
  public List<String> bodies(String operation) {
    return List.copyOf(bodies.getOrDefault(operation, List.of()));
  }

  /** Stops listening: connections are refused until {@link #comeBack()}. */
  public void goAway() {
    server.stop(0);
  }

  /** Listens again on the same port. */
  public void comeBack() throws IOException {
    server = listen(port);
  }

  /** Lets nobody keep a connection, so that being away is noticed at once. */
  public void keepNoConnections() {
    closing = true;
  }

  /** Does the work, then answers with this instead of the real answer. */
  public static Fault workingThenAnswering(int status, String body) {
    return (exchange, passing) -> {
      passing.pass();
      write(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    };
  }

  /** Settles for good and says that it failed, with a reason that does not exclude that. */
  public static Fault settlingAndCallingItFailed(int status, String reason) {
    return workingThenAnswering(
        status,
        "{\"success\":false,\"errorReason\":\""
            + reason
            + "\",\"transaction\":\"\",\"network\":\""
            + SandboxChain.NETWORK
            + "\"}");
  }

  /** Sends the caller elsewhere. */
  public static Fault redirecting(int status, String location) {
    return (exchange, passing) -> {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  /** Begins like JSON and goes on for up to {@code megabytes}, or until the caller hangs up. */
  public static Fault flooding(int megabytes, AtomicInteger sent) {
    return (exchange, passing) -> {
      byte[] block = new byte[1 << 20];
      Arrays.fill(block, (byte) 'A');
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, (long) megabytes << 20);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write("{\"isValid\":true,\"x\":\"".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < megabytes - 1; i++) {
          out.write(block);
          sent.incrementAndGet();
        }
      }
    };
  }

  /** Does nothing until {@code released}, and then what it should. */
  public static Fault holdingUntil(CountDownLatch released) {
    return (exchange, passing) -> {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      relay(exchange, passing.pass());
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
