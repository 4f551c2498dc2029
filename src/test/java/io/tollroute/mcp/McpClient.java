package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;

/** A client that does what it is told, right or wrong. */
final class McpClient {

  static final String TOOL = "masked_face_comparison";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Shop shop;

  McpClient(Shop shop) {
    this.shop = shop;
  }

  static ObjectNode request(String method, JsonNode params) {
    ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 7);
    request.put("method", method);
    request.set("params", params);
    return request;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** The arguments of an ordinary call. */
  static ObjectNode arguments() throws Exception {
    return (ObjectNode) Shop.json(Shop.BODY);
  }

  HttpResponse<String> post(String body, String... headers) throws Exception {
    return shop.post("/mcp", body, headers);
  }

  /** The result of a method of the first era. */
  JsonNode result(String method, JsonNode params, String... headers) throws Exception {
    HttpResponse<String> answer = post(request(method, params).toString(), headers);
    JsonNode body = Shop.json(answer);
    if (answer.statusCode() != 200 || !body.has("result")) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return body.path("result");
  }

  /** The result of a call of the paid tool. */
  JsonNode call(JsonNode arguments, JsonNode meta, String... headers) throws Exception {
    ObjectNode params = object().put("name", TOOL);
    params.set("arguments", arguments);
    params.set("_meta", meta);
    return result("tools/call", params, headers);
  }

  /** The result of an ordinary call with an x402 payment. */
  JsonNode pay(JsonNode payment) throws Exception {
    return call(arguments(), object().set("x402/payment", payment));
  }
}
