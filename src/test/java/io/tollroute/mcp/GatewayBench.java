package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.purchase.PurchaseModule;
import io.tollroute.search.ServiceSearch;
import io.tollroute.testing.Folders;
import io.tollroute.x402.X402Module;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The gateway with a corridor that writes down what it is sent. */
final class GatewayBench {

  static final String MODERN = "2026-07-28";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the corridor was sent. */
  record Sent(String route, Map<String, Object> headers, JsonNode body) {}

  final List<Sent> sent = new ArrayList<>();
  Corridor.Answer answer =
      new Corridor.Answer(Map.of(), "{\"code\":\"200\",\"data\":{}}".getBytes());

  private static final List<PaymentCarrier> CARRIERS =
      List.of(X402Module.CARRIER, PurchaseModule.CARRIER);

  private final McpGateway gateway;

  GatewayBench(Supplier<Catalogue> catalogue, int pageSize, Set<String> origins, boolean local)
      throws Exception {
    McpJson json = new McpJson();
    ServerIdentity identity =
        ServerIdentity.at(URI.create("https://api.example.com"), "Test", "0", 900, CARRIERS);
    Corridor corridor =
        (route, headers, body, origin) -> {
          sent.add(new Sent(route, headers, body.length == 0 ? json.object() : json.read(body)));
          return answer;
        };
    this.gateway =
        new McpGateway(
            Outcomes.read(),
            new HttpRules(
                URI.create("https://api.example.com"), origins, local, 64 * 1024, CARRIERS),
            new Message.Reader(64 * 1024),
            new Mcp20260728(identity, McpGateway.SUPPORTED, json),
            new CatalogueTools(
                catalogue,
                ServiceSearch.of(catalogue),
                identity,
                corridor,
                List.of(),
                pageSize,
                json),
            call -> {},
            json);
  }

  GatewayBench() throws Exception {
    this(real(), 100, Set.of(), false);
  }

  /** The catalogue that is shipped. */
  static Supplier<Catalogue> real() throws Exception {
    Catalogue catalogue = new ServiceFolder(Folders.FIRST_SERVICE).load();
    return () -> catalogue;
  }

  /** A reply with its body read. */
  record Answer(int status, Map<String, String> headers, JsonNode body, String text) {

    int code() {
      return body.at("/error/code").asInt();
    }

    JsonNode result() {
      return body.path("result");
    }
  }

  Answer send(String method, String body, String... headers) throws Exception {
    HttpReply reply = reply(method, body, headers);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    reply.body().forEach(joined::writeBytes);
    String text = joined.toString(StandardCharsets.UTF_8);
    return new Answer(
        reply.status(),
        reply.headers(),
        text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text),
        text);
  }

  HttpReply reply(String method, String body, String... headers) {
    Map<String, String> all = new HashMap<>();
    all.put("content-type", "application/json");
    all.put("accept", "application/json, text/event-stream");
    all.put("host", "api.example.com");
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i + 1].isEmpty()) {
        all.remove(headers[i]);
      } else {
        all.put(headers[i], headers[i + 1]);
      }
    }
    return gateway.handle(
        new HttpCall(method, all, body.getBytes(StandardCharsets.UTF_8), Map.of()));
  }

  Answer post(String body, String... headers) throws Exception {
    return send("POST", body, headers);
  }

  Answer legacy(String method, String params) throws Exception {
    return post(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}".formatted(method, params));
  }

  /** A call of the paid tool by a page. */
  Answer legacyFrom(String origin) throws Exception {
    return post(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
            + "{\"name\":\"masked_face_comparison\"}}",
        "origin",
        origin);
  }

  /** A request of the second era as it should be. */
  Answer modern(String method, String params, String... headers) throws Exception {
    ObjectNode object = (ObjectNode) JSON.readTree(params);
    ObjectNode meta =
        object.get("_meta") instanceof ObjectNode own ? own : object.putObject("_meta");
    if (!meta.has("io.modelcontextprotocol/protocolVersion")) {
      meta.put("io.modelcontextprotocol/protocolVersion", MODERN);
    }
    if (!meta.has("io.modelcontextprotocol/clientCapabilities")) {
      meta.putObject("io.modelcontextprotocol/clientCapabilities");
    }
    List<String> all =
        new ArrayList<>(List.of("mcp-protocol-version", MODERN, "mcp-method", method));
    JsonNode name = object.has("uri") ? object.path("uri") : object.path("name");
    if (name.isTextual()) {
      all.addAll(List.of("mcp-name", name.textValue()));
    }
    all.addAll(List.of(headers));
    return post(
        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"%s\",\"params\":%s}"
            .formatted(method, object),
        all.toArray(String[]::new));
  }
}
