package io.tollroute.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A JSON-RPC node that knows one transaction of one token, or answers what it is told to. */
public final class ChainNode implements AutoCloseable {

  private static final String HASH = "0x" + "cd".repeat(32);

  private final JsonMapper json = new JsonMapper();
  private final List<JsonNode> questions = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile List<ObjectNode> logs = List.of();
  private volatile long time;
  private volatile boolean used;
  private volatile Optional<Answer> instead = Optional.empty();

  private record Answer(int status, String body) {}

  public ChainNode() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/rpc";
  }

  public static String hash() {
    return HASH;
  }

  /** The chain's only transaction, its newest block's time, and what the token says of nonces. */
  public void knows(List<ObjectNode> logsOfTransaction, long secondsSinceEpoch, boolean nonceUsed) {
    logs = List.copyOf(logsOfTransaction);
    time = secondsSinceEpoch;
    used = nonceUsed;
    instead = Optional.empty();
    questions.clear();
  }

  /** Answers everything with this. */
  public void answers(int status, String body) {
    instead = Optional.of(new Answer(status, body));
  }

  public List<JsonNode> questions() {
    return List.copyOf(questions);
  }

  /** A log entry of a contract. */
  public ObjectNode log(String address, String data, String... topics) {
    ObjectNode log = json.createObjectNode().put("address", address).put("data", data);
    log.put("transactionHash", HASH);
    ArrayNode list = log.putArray("topics");
    List.of(topics).forEach(list::add);
    return log;
  }

  private void handle(HttpExchange exchange) throws IOException {
    JsonNode question = json.readTree(exchange.getRequestBody().readAllBytes());
    questions.add(question);
    Answer answer =
        instead.orElseGet(
            () -> {
              ObjectNode reply = json.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
              reply.set("result", result(question));
              return new Answer(200, reply.toString());
            });
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private JsonNode result(JsonNode question) {
    return switch (question.path("method").asText()) {
      case "eth_getBlockByNumber" ->
          json.createObjectNode()
              .put("number", "0x5000")
              .put("timestamp", "0x" + Long.toHexString(time));
      case "eth_getLogs" -> found(question.path("params").path(0));
      case "eth_getTransactionReceipt" -> {
        ObjectNode receipt = json.createObjectNode().put("status", "0x1");
        receipt.putArray("logs").addAll(logs);
        yield receipt;
      }
      case "eth_call" -> json.getNodeFactory().textNode("0x" + "0".repeat(63) + (used ? "1" : "0"));
      default -> json.nullNode();
    };
  }

  /** Filters as a node does: by address, and topic by topic, each a value or a choice. */
  private ArrayNode found(JsonNode filter) {
    ArrayNode found = json.createArrayNode();
    for (ObjectNode log : logs) {
      boolean fits = log.path("address").asText().equalsIgnoreCase(filter.path("address").asText());
      for (int i = 0; i < filter.path("topics").size(); i++) {
        fits &= fits(filter.path("topics").get(i), log.path("topics").path(i).asText());
      }
      if (fits) {
        found.add(log);
      }
    }
    return found;
  }

  private static boolean fits(JsonNode wanted, String topic) {
    if (!wanted.isArray()) {
      return wanted.asText().equals(topic);
    }
    for (JsonNode choice : wanted) {
      if (choice.asText().equals(topic)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
