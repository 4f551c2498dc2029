package io.tollroute.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;

/**
 * A collector of traces that takes what the protocol allows and nothing else: OTLP 1.x over HTTP in
 * protobuf (opentelemetry/proto/trace/v1/trace.proto), and keeps it.
 */
public final class SpanCollector implements AutoCloseable {

  private static final String TYPE = "application/x-protobuf";

  /** A span as it came; ids in hexadecimal, no parent being an empty text. */
  public record Sent(
      String trace,
      String id,
      String parent,
      String name,
      Map<String, String> attributes,
      int eventsAndLinks,
      String state) {}

  private final List<Sent> spans = new CopyOnWriteArrayList<>();
  private final List<String> raw = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile int status = 200;

  public SpanCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** The variables by which a shop finds it; it is told at once. */
  public Map<String, String> settings() {
    return Map.of(
        "TOLLROUTE_TRACES", "on",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
        "OTEL_BSP_SCHEDULE_DELAY", "50");
  }

  /** Answers with this status from now on. */
  public void answers(int next) {
    status = next;
  }

  /** What has come until now. */
  public List<Sent> spans() {
    return List.copyOf(spans);
  }

  /** The same byte by byte, for who looks for a text in it. */
  public List<String> raw() {
    return List.copyOf(raw);
  }

  /** What has come that is none of the protocol. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (InputStream sent = exchange.getRequestBody()) {
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] body = zipped ? new GZIPInputStream(sent).readAllBytes() : sent.readAllBytes();
      raw.add(new String(body, StandardCharsets.ISO_8859_1));
      if (!exchange.getRequestURI().getPath().equals("/v1/traces")
          || !exchange.getRequestMethod().equals("POST")
          || !TYPE.equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
        faults.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      } else if (status == 200) {
        read(body);
      }
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      faults.add(e.toString());
    }
    exchange.getResponseHeaders().set("Content-Type", TYPE);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** ExportTraceServiceRequest, its ResourceSpans, their ScopeSpans. */
  private void read(byte[] request) {
    fields(
        request,
        (one, resourceSpans) ->
            fields(
                bytes(resourceSpans),
                (number, value) -> {
                  if (number == 2) {
                    fields(
                        bytes(value),
                        (inner, span) -> {
                          if (inner == 2) {
                            spans.add(span(bytes(span)));
                          }
                        });
                  }
                }));
  }

  private static Sent span(byte[] message) {
    Map<Integer, String> ids = new HashMap<>();
    Map<String, String> attributes = new HashMap<>();
    int[] others = new int[1];
    fields(
        message,
        (number, value) -> {
          switch (number) {
            case 1, 2, 4 -> ids.put(number, HexFormat.of().formatHex(bytes(value)));
            case 3, 5 -> ids.put(number, text(value));
            case 9 -> attribute(bytes(value), attributes);
            case 11, 13 -> others[0]++;
            default -> {
              // kind, times, counts, status, flags
            }
          }
        });
    if (!ids.getOrDefault(1, "").matches("[0-9a-f]{32}")
        || !ids.getOrDefault(2, "").matches("[0-9a-f]{16}")) {
      throw new IllegalArgumentException("a span without ids");
    }
    return new Sent(
        ids.get(1),
        ids.get(2),
        ids.getOrDefault(4, ""),
        ids.getOrDefault(5, ""),
        attributes,
        others[0],
        ids.getOrDefault(3, ""));
  }

  private static void attribute(byte[] message, Map<String, String> attributes) {
    String[] pair = new String[2];
    fields(
        message,
        (number, value) -> {
          if (number == 1) {
            pair[0] = text(value);
          } else {
            fields(
                bytes(value), (kind, any) -> pair[1] = kind == 1 ? text(any) : String.valueOf(any));
          }
        });
    attributes.put(pair[0], pair[1]);
  }

  private static byte[] bytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    throw new IllegalArgumentException("a number where a message is expected");
  }

  private static String text(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  private static void fields(byte[] message, BiConsumer<Integer, Object> reader) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      long key = varint(buffer);
      Object value =
          switch ((int) (key & 7)) {
            case 0 -> varint(buffer);
            case 1 -> buffer.getLong();
            case 2 -> {
              byte[] inner = new byte[(int) varint(buffer)];
              buffer.get(inner);
              yield inner;
            }
            case 5 -> (long) buffer.getInt();
            default -> throw new IllegalArgumentException("wire type of " + key);
          };
      reader.accept((int) (key >> 3), value);
    }
  }

  private static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = buffer.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number without an end");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
