package io.tollroute.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says on a socket exactly what it is told, where an HTTP client would be too polite. */
public final class RawHttp {

  private static final int PATIENCE_MILLIS = 15_000;

  private final URI base;
  private final InetAddress from;

  public RawHttp(URI base) {
    this(base, new InetSocketAddress(0).getAddress());
  }

  /** Speaks to {@code base} from an address of this machine. */
  public RawHttp(URI base, InetAddress from) {
    this.base = base;
    this.from = from;
  }

  /** One answer; header names in lower case. */
  public record Answer(int status, String line, Map<String, List<String>> headers, String body) {

    public Optional<String> header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
    }

    /** The error word of the envelope; empty without one. */
    public String error() throws IOException {
      return body.startsWith("{") ? Shop.json(body).path("error").asText() : "";
    }
  }

  /** A POST of JSON to a path, as text; headers as lines {@code Name: value}. */
  public static String post(String path, String body, String... headers) {
    StringBuilder lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n"
        + lines
        + "\r\n"
        + body;
  }

  /** Sends and reads one answer. */
  public Answer send(String request) throws IOException {
    return send(request.getBytes(StandardCharsets.UTF_8), request.startsWith("HEAD "));
  }

  /** Sends and reads one answer, which has no body where the request was a HEAD. */
  public Answer send(byte[] request, boolean head) throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort(), from, 0)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
      } catch (SocketException refusedInTheMiddle) {
        // the answer may be there although the rest was not wanted
      }
      return read(new BufferedInputStream(socket.getInputStream()), head);
    }
  }

  private static Answer read(InputStream in, boolean head) throws IOException {
    String status = line(in);
    Map<String, List<String>> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    int code = Integer.parseInt(status.split(" ")[1]);
    byte[] body = head || code == 204 ? new byte[0] : body(in, headers);
    return new Answer(code, status, headers, new String(body, StandardCharsets.UTF_8));
  }

  private static byte[] body(InputStream in, Map<String, List<String>> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      return in.readNBytes(Integer.parseInt(headers.get("content-length").get(0)));
    }
    if (!headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
      return in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunk(in); size > 0; size = chunk(in)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    return body.toByteArray();
  }

  private static int chunk(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended in the middle of an answer");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
