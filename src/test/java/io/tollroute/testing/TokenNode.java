package io.tollroute.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.chain.TokenDomain;
import io.tollroute.sandbox.SandboxChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A JSON-RPC node that tells of the contract of one token, and can be told to say something else.
 */
public final class TokenNode implements AutoCloseable {

  private final JsonMapper json = new JsonMapper();
  private final HttpServer server;

  private volatile long chainId = SandboxChain.CHAIN_ID;
  private volatile String name = SandboxChain.ASSET_NAME;
  private volatile int decimals = SandboxChain.ASSET_DECIMALS;
  private volatile boolean contract = true;
  private volatile boolean separates = true;

  public TokenNode() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Its address, which has a key in it. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v3/hush-hush";
  }

  public TokenNode ofChain(long id) {
    chainId = id;
    return this;
  }

  /** The name that the token signs with. */
  public TokenNode named(String other) {
    name = other;
    return this;
  }

  public TokenNode withDecimals(int other) {
    decimals = other;
    return this;
  }

  public TokenNode withoutContract() {
    contract = false;
    return this;
  }

  /** The contract does not know DOMAIN_SEPARATOR(). */
  public TokenNode withoutSeparator() {
    separates = false;
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    JsonNode question = json.readTree(exchange.getRequestBody().readAllBytes());
    ObjectNode reply = json.createObjectNode().put("jsonrpc", "2.0");
    reply.set("id", question.path("id"));
    switch (question.path("method").asText()) {
      case "eth_chainId" -> reply.put("result", "0x" + Long.toHexString(chainId));
      case "eth_getBlockByNumber" ->
          reply
              .putObject("result")
              .put("number", "0x10")
              .put("timestamp", "0x" + Long.toHexString(System.currentTimeMillis() / 1000));
      case "eth_getCode" -> reply.put("result", contract ? "0x6080" : "0x");
      default -> call(question.path("params").path(0).path("data").asText(), reply);
    }
    byte[] body = reply.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void call(String selector, ObjectNode reply) {
    switch (selector) {
      case "0x06fdde03" -> reply.put("result", text(name));
      case "0x54fd4d50" -> reply.put("result", text(SandboxChain.ASSET_VERSION));
      case "0x313ce567" -> reply.put("result", "0x" + "%064x".formatted(decimals));
      case "0x3644e515" -> {
        if (separates) {
          reply.put(
              "result",
              new TokenDomain(name, SandboxChain.ASSET_VERSION, chainId, SandboxChain.ASSET)
                  .separator());
        } else {
          reply.putObject("error").put("code", 3).put("message", "execution reverted");
        }
      }
      default -> reply.putObject("error").put("code", 3).put("message", "execution reverted");
    }
  }

  private static String text(String value) {
    String digits = HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
    return "0x%064x%064x".formatted(32, value.length())
        + digits
        + "0".repeat((64 - digits.length() % 64) % 64);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
