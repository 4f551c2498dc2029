package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.Terms;
import io.tollroute.sandbox.buyer.Buyer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A seller that asks for the sandbox's money, lets a real stand-in facilitator settle it, and does
 * first whatever a test has scripted for the next paid calls.
 */
public final class ScriptedSeller implements AutoCloseable {

  /** One answer to a paid call. */
  interface Act {
    void play(ScriptedSeller seller, HttpExchange exchange, JsonNode payment) throws IOException;
  }

  /** Settles and answers. */
  static final Act SELL =
      (seller, exchange, payment) -> {
        JsonNode receipt = seller.settle(payment);
        if (receipt.path("success").asBoolean()) {
          exchange.getResponseHeaders().set("PAYMENT-RESPONSE", Buyer.encode(receipt));
          seller.send(
              exchange, 200, "{\"code\":\"200\",\"data\":{\"Result\":{\"Simulated\":true}}}");
        } else {
          seller.send(
              exchange,
              402,
              "{\"error\":\"payment_refused\",\"charged\":\"no\",\"reason\":\""
                  + receipt.path("errorReason").asText()
                  + "\"}");
        }
      };

  /** Settles and then loses the line. */
  public static final Act SETTLE_AND_HANG_UP =
      (seller, exchange, payment) -> {
        seller.settle(payment);
        exchange.close();
      };

  public final List<String> asked = new ArrayList<>();
  public final List<String> paidBodies = new ArrayList<>();
  public final List<String> payments = new ArrayList<>();
  public final Deque<Act> script = new ArrayDeque<>();
  final Facilitator facilitator;
  public JsonNode demand = Terms.demand("200000");

  private final JsonMapper json = new JsonMapper();
  private final HttpServer server;

  public ScriptedSeller(Clock clock) {
    facilitator = new Facilitator(clock);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
    server.createContext("/api/tools/masked-face-comparison", this::serve);
    server.createContext(
        "/sandbox/facilitator/counters",
        exchange -> send(exchange, 200, facilitator.counters().toString()));
    server.createContext(
        "/", exchange -> send(exchange, 404, "{\"error\":\"unknown_service\",\"charged\":\"no\"}"));
    server.start();
  }

  /** Refuses with a status, the word of the envelope's {@code charged} and perhaps a wait. */
  public static Act refuse(int status, String charged, Optional<String> retryAfter) {
    return (seller, exchange, payment) -> {
      retryAfter.ifPresent(wait -> exchange.getResponseHeaders().set("Retry-After", wait));
      seller.send(exchange, status, "{\"error\":\"scripted\",\"charged\":\"" + charged + "\"}");
    };
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public String sellerBalance() {
    return facilitator
        .counters()
        .path("balances")
        .path(SandboxChain.PAY_TO.toLowerCase(Locale.ROOT))
        .asText();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String payment = exchange.getRequestHeaders().getFirst("PAYMENT-SIGNATURE");
    if (payment == null) {
      asked.add(body);
      exchange.getResponseHeaders().set("PAYMENT-REQUIRED", Buyer.encode(demand));
      send(exchange, 402, "{\"error\":\"payment_required\",\"charged\":\"no\"}");
      return;
    }
    paidBodies.add(body);
    payments.add(payment);
    Act act = script.isEmpty() ? SELL : script.poll();
    act.play(this, exchange, json.readTree(Base64.getDecoder().decode(payment)));
  }

  private JsonNode settle(JsonNode payment) {
    ObjectNode request = json.createObjectNode().put("x402Version", 2);
    request.set("paymentPayload", payment);
    request.set("paymentRequirements", demand.at("/accepts/0"));
    return facilitator.settle(request.toString().getBytes(StandardCharsets.UTF_8)).body();
  }

  private void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
