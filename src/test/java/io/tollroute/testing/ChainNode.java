package io.tollroute.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.chain.NodeFault;
import io.tollroute.sandbox.SandboxChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * A JSON-RPC node that knows one transaction of one token, in a chain with a block every two
 * seconds, or answers what it is told to.
 */
public final class ChainNode implements AutoCloseable, io.tollroute.chain.ChainNode {

  private static final String HASH = "0x" + "cd".repeat(32);

  private final JsonMapper json = new JsonMapper();
  private final List<JsonNode> questions = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile List<ObjectNode> logs = List.of();
  private volatile long time;
  private volatile boolean used;
  private volatile long newest = 0x5000;
  private volatile long block = newest;
  private volatile long mostBlocks = Long.MAX_VALUE;
  private volatile Optional<Answer> instead = Optional.empty();
  private volatile BiConsumer<String, ObjectNode> meddling = (method, reply) -> {};

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
    newest = 0x5000;
    block = newest;
    mostBlocks = Long.MAX_VALUE;
    instead = Optional.empty();
    meddling = (method, reply) -> {};
    questions.clear();
  }

  /** The transaction is in the block of that time, in a chain of so many blocks. */
  public void longAgo(long secondsSinceEpoch, long blocks) {
    newest = blocks;
    block = blocks - (time - secondsSinceEpoch) / 2;
  }

  /** Refuses to look through more blocks than these at once. */
  public void looksThrough(long blocks) {
    mostBlocks = blocks;
  }

  /** Changes each answer, by its method, before it is sent. */
  public void meddle(BiConsumer<String, ObjectNode> change) {
    meddling = change;
  }

  /** The chain of another network answers from now on. */
  public void is(String chainId) {
    meddle(
        (method, reply) -> {
          if (method.equals("eth_chainId")) {
            reply.put("result", chainId);
          }
        });
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
    Answer answer = instead.orElseGet(() -> new Answer(200, reply(question).toString()));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Answers at once, without a connection. */
  @Override
  public JsonNode ask(String method, ArrayNode parameters) throws NodeFault {
    ObjectNode question = json.createObjectNode().put("id", 1).put("method", method);
    question.set("params", parameters);
    questions.add(question);
    JsonNode reply = reply(question);
    if (reply.has("error")) {
      throw new NodeFault(NodeFault.Kind.REFUSED, "refused");
    }
    if (!reply.hasNonNull("result")) {
      throw new NodeFault(NodeFault.Kind.UNKNOWN, "unknown");
    }
    return reply.get("result");
  }

  private ObjectNode reply(JsonNode question) {
    String method = question.path("method").asText();
    ObjectNode reply = json.createObjectNode().put("jsonrpc", "2.0");
    reply.set("id", question.path("id"));
    if (method.equals("eth_getLogs") && blocks(question) > mostBlocks) {
      reply.putObject("error").put("code", -32005).put("message", "too many blocks");
    } else {
      reply.set("result", result(question));
    }
    meddling.accept(method, reply);
    return reply;
  }

  private JsonNode result(JsonNode question) {
    return switch (question.path("method").asText()) {
      case "eth_chainId" ->
          json.getNodeFactory()
              .textNode("0x" + Long.toHexString(Long.parseLong(SandboxChain.NETWORK.substring(7))));
      case "eth_getBlockByNumber" -> block(question.path("params").path(0).asText());
      case "eth_getLogs" -> found(question.path("params").path(0));
      case "eth_getTransactionReceipt" -> {
        ObjectNode receipt =
            json.createObjectNode().put("status", "0x1").put("transactionHash", HASH);
        receipt.put("blockNumber", hex(block));
        receipt.putArray("logs").addAll(logs);
        yield receipt;
      }
      case "eth_call" -> json.getNodeFactory().textNode("0x" + "0".repeat(63) + (used ? "1" : "0"));
      default -> json.nullNode();
    };
  }

  private JsonNode block(String name) {
    long number = name.equals("latest") ? newest : Long.decode(name);
    if (number > newest) {
      return json.nullNode();
    }
    return json.createObjectNode()
        .put("number", hex(number))
        .put("hash", "0x" + String.format("%064x", number + 0xB10C))
        .put("timestamp", hex(Math.max(0, time - 2 * (newest - number))));
  }

  private static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  private static long blocks(JsonNode question) {
    JsonNode filter = question.path("params").path(0);
    return Long.decode(filter.path("toBlock").asText())
        - Long.decode(filter.path("fromBlock").asText())
        + 1;
  }

  /** Filters as a node does: by address, and topic by topic, each a value or a choice. */
  private ArrayNode found(JsonNode filter) {
    ArrayNode found = json.createArrayNode();
    if (block < Long.decode(filter.path("fromBlock").asText())
        || block > Long.decode(filter.path("toBlock").asText())) {
      return found;
    }
    for (ObjectNode log : logs) {
      boolean fits = log.path("address").asText().equalsIgnoreCase(filter.path("address").asText());
      for (int i = 0; i < filter.path("topics").size(); i++) {
        fits &= fits(filter.path("topics").get(i), log.path("topics").path(i).asText());
      }
      if (fits) {
        found.add(log.deepCopy().put("blockNumber", hex(block)));
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
