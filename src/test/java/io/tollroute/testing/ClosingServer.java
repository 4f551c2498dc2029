package io.tollroute.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands in front of another server and closes the connections that a client keeps: when they are
 * idle for a while, or at the very instant at which they are used again.
 */
public final class ClosingServer implements AutoCloseable {

  private static final int FOREVER = 0;

  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private volatile URI target = URI.create("http://127.0.0.1:1");
  private volatile int idleMillis = FOREVER;
  private volatile Predicate<String> unwanted = request -> false;

  public ClosingServer() throws IOException {
    listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public ClosingServer passOnTo(URI server) {
    target = server;
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Closes a connection on which nothing comes for so long. */
  public ClosingServer closesIdleAfter(int millis) {
    idleMillis = millis;
    return this;
  }

  /** Breaks a kept connection when a request that starts like this comes, without doing it. */
  public ClosingServer breaksAtReuse(Predicate<String> requestLine) {
    unwanted = requestLine;
    return this;
  }

  /** Keeps what is kept again. */
  public void behave() {
    unwanted = request -> false;
    idleMillis = FOREVER;
  }

  /** Connections that are open. */
  public int open() {
    return open.get();
  }

  /** Requests on which a connection was broken. */
  public int broken() {
    return broken.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.incrementAndGet();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int served = 0; true; served++) {
        socket.setSoTimeout(idleMillis);
        String head;
        try {
          head = head(in);
        } catch (SocketTimeoutException idle) {
          return;
        }
        if (head.isEmpty()) {
          return;
        }
        socket.setSoTimeout(FOREVER);
        byte[] body = in.readNBytes(length(head));
        if (served > 0 && unwanted.test(head)) {
          broken.incrementAndGet();
          // reset rather than ended
          socket.setSoLinger(true, 0);
          return;
        }
        answer(socket, head, body);
      }
    } catch (IOException e) {
      // whoever called has hung up; nothing is owed to him
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.decrementAndGet();
    }
  }

  private void answer(Socket socket, String head, byte[] body)
      throws IOException, InterruptedException {
    String[] line = head.split(" ", 3);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + line[1].replaceFirst("^/$", "")))
            .method(line[0], HttpRequest.BodyPublishers.ofByteArray(body));
    head.lines()
        .filter(header -> header.toLowerCase(Locale.ROOT).matches("(content-type|accept|auth).*"))
        .map(header -> header.split(": *", 2))
        .forEach(header -> request.header(header[0], header[1]));
    HttpResponse<byte[]> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    write(
        socket,
        "HTTP/1.1 "
            + answer.statusCode()
            + " Said\r\nContent-Type: "
            + answer.headers().firstValue("Content-Type").orElse("application/json")
            + "\r\nContent-Length: "
            + answer.body().length
            + "\r\n\r\n",
        answer.body());
  }

  private static void write(Socket socket, String head, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head.getBytes(StandardCharsets.ISO_8859_1));
    all.write(body);
    out.write(all.toByteArray());
    out.flush();
  }

  /** Everything up to the empty line; empty when the other side has hung up. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static int length(String head) {
    return head.lines()
        .filter(header -> header.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(header -> Integer.parseInt(header.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }
}
