package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.json.StrictJson;
import io.tollroute.json.SurrogatePairs;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One JSON-RPC request or notification of a client.
 *
 * @param id a text or a whole number; empty for a notification
 * @param params an empty object where the message has none
 */
record Message(Optional<JsonNode> id, String method, ObjectNode params) {

  private static final int MAX_DEPTH = 100;

  /** Params that the SDK would meet unprepared when they are of another type. */
  private static final Map<String, Set<String>> TEXTS =
      Map.of(
          "initialize", Set.of("protocolVersion"),
          "tools/call", Set.of("name"),
          "prompts/get", Set.of("name"),
          "resources/read", Set.of("uri"));

  private static final Set<String> OBJECTS =
      Set.of("_meta", "arguments", "capabilities", "clientInfo");

  /** Whether somebody waits for an answer. */
  boolean isRequest() {
    return id.isPresent();
  }

  /** The message's {@code _meta}; an empty object where it has none. */
  ObjectNode meta() {
    return params.path("_meta") instanceof ObjectNode meta
        ? meta
        : JsonNodeFactory.instance.objectNode();
  }

  /** Reads bodies of strangers. */
  static final class Reader {

    private final StrictJson json;

    /** Reads texts of up to {@code maxText} characters. */
    Reader(int maxText) {
      this.json = new StrictJson(MAX_DEPTH, maxText);
    }

    /** The object of a body: the one thing that both a fault and a message need. */
    ObjectNode parse(byte[] body) throws McpFault {
      Optional<ObjectNode> object = json.object(body);
      if (object.isEmpty()) {
        throw McpFault.of(isBatch(body) ? "invalid_request" : "parse_error");
      }
      if (!SurrogatePairs.areWhole(object.get())) {
        throw McpFault.of("parse_error");
      }
      return object.get();
    }

    /** A batch is JSON, so it is told from what is not. */
    private static boolean isBatch(byte[] body) {
      for (byte b : body) {
        if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
          return b == '[';
        }
      }
      return false;
    }
  }

  /** The id of a message, if it has one that can be echoed. */
  static Optional<JsonNode> idOf(ObjectNode sent) {
    JsonNode id = sent.path("id");
    boolean usable = id.isTextual() || (id.isIntegralNumber() && id.canConvertToLong());
    return usable ? Optional.of(id) : Optional.empty();
  }

  /**
   * The message of an object.
   *
   * @throws McpFault {@code invalid_request} or {@code invalid_params}
   */
  static Message of(ObjectNode sent) throws McpFault {
    if (!sent.path("jsonrpc").asText().equals("2.0") || !sent.path("method").isTextual()) {
      throw McpFault.of("invalid_request");
    }
    Optional<JsonNode> id = idOf(sent);
    if (id.isEmpty() && sent.has("id")) {
      throw McpFault.of("invalid_request").saying("The id is a text or a whole number");
    }
    JsonNode params = sent.path("params");
    if (!params.isMissingNode() && !params.isNull() && !params.isObject()) {
      throw McpFault.of("invalid_params").saying("params is an object");
    }
    ObjectNode given =
        params instanceof ObjectNode found ? found : JsonNodeFactory.instance.objectNode();
    // what is null was left out: many clients write every field that they know
    given.removeIf(JsonNode::isNull);
    return new Message(id, sent.path("method").textValue(), given);
  }

  /**
   * Lets params through that have the types which the method takes.
   *
   * @throws McpFault {@code invalid_params}
   */
  void checkParams() throws McpFault {
    for (String field : OBJECTS) {
      if (params.has(field) && !params.path(field).isObject()) {
        throw McpFault.of("invalid_params").saying("params." + field + " is an object");
      }
    }
    for (String field : TEXTS.getOrDefault(method, Set.of())) {
      if (!params.path(field).isTextual()) {
        throw McpFault.of("invalid_params").saying("params." + field + " is a text");
      }
    }
    if (params.has("cursor") && !params.path("cursor").isTextual()) {
      throw McpFault.of("invalid_params").saying("params.cursor is a text");
    }
  }
}
