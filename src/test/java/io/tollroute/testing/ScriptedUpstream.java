package io.tollroute.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An upstream that answers whatever it is told to, and remembers what it was asked. */
public final class ScriptedUpstream implements AutoCloseable {

  /** A request as it came. */
  public record Request(String method, String target, Map<String, String> headers, String body) {

    /** The form fields of the body, decoded. */
    public Map<String, String> form() {
      Map<String, String> fields = new TreeMap<>();
      for (String pair : body.split("&")) {
        String[] halves = pair.split("=", 2);
        fields.put(
            URLDecoder.decode(halves[0], StandardCharsets.UTF_8),
            URLDecoder.decode(halves[1], StandardCharsets.UTF_8));
      }
      return fields;
    }
  }

  /** What to do with a request. */
  @FunctionalInterface
  public interface Behaviour {
    void apply(HttpExchange exchange) throws IOException;
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Behaviour behaviour = answering(500, "");

  public ScriptedUpstream() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** Behaves like this from now on, and forgets what it was asked before. */
  public void does(Behaviour next) {
    behaviour = next;
    requests.clear();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  public static Behaviour answering(int status, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json;charset=utf-8");
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  /** Thinks for {@code millis} before it does something. */
  public static Behaviour after(long millis, Behaviour then) {
    return exchange -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      then.apply(exchange);
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.toString()));
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    behaviour.apply(exchange);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
