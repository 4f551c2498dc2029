package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * MCP 2026-07-28, which the SDK does not speak yet: no handshake, every request says its version
 * and abilities, every result its kind (basic/transports/streamable-http, basic/versioning).
 */
final class Mcp20260728 {

  static final String VERSION = "2026-07-28";

  private static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
  private static final String ABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
  private static final String SERVER_KEY = "io.modelcontextprotocol/serverInfo";

  /** The extension by which a client says that it can pay (x402 transports-v2/mcp). */
  private static final String PAYMENT_EXTENSION = "org.x402/payment";

  /** Where its terms are in a result. */
  private static final String PAYMENT_TERMS = "x402/error";

  private static final String DISCOVER = "server/discover";
  private static final int LIST_TTL_MILLIS = 300_000;
  private static final int READ_TTL_MILLIS = 60_000;

  private static final Set<String> METHODS =
      Set.of(
          DISCOVER,
          "tools/list",
          "tools/call",
          "prompts/list",
          "prompts/get",
          "resources/list",
          "resources/read",
          "resources/templates/list",
          "completion/complete");

  /** Which of its params a method repeats as {@code Mcp-Name}. */
  private static final Map<String, String> NAMED =
      Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");

  private static final Map<String, Integer> TTL =
      Map.of(
          DISCOVER,
          LIST_TTL_MILLIS,
          "tools/list",
          LIST_TTL_MILLIS,
          "prompts/list",
          LIST_TTL_MILLIS,
          "resources/list",
          LIST_TTL_MILLIS,
          "resources/templates/list",
          LIST_TTL_MILLIS,
          "resources/read",
          READ_TTL_MILLIS);

  private final ServerIdentity identity;
  private final List<String> supported;
  private final McpJson json;

  /** {@code supported}: all versions of this server. */
  Mcp20260728(ServerIdentity identity, List<String> supported, McpJson json) {
    this.identity = identity;
    this.supported = List.copyOf(supported);
    this.json = json;
  }

  /** Whether a message is of this era; its body decides before its header does. */
  boolean speaks(Message message, HttpCall call) {
    return message.meta().has(VERSION_KEY)
        || call.header("mcp-protocol-version").filter(VERSION::equals).isPresent()
        || message.method().equals(DISCOVER);
  }

  /**
   * Holds a request against its headers.
   *
   * @throws McpFault as the specification says
   */
  void check(Message message, HttpCall call) throws McpFault {
    JsonNode version = message.meta().path(VERSION_KEY);
    if (!version.isTextual()) {
      throw McpFault.of("invalid_params").saying("_meta lacks " + VERSION_KEY);
    }
    match(call, "mcp-protocol-version", version.textValue());
    if (!version.textValue().equals(VERSION)) {
      throw unsupported(version.textValue());
    }
    if (!message.meta().path(ABILITIES_KEY).isObject()) {
      throw McpFault.of("invalid_params").saying("_meta lacks " + ABILITIES_KEY);
    }
    match(call, "mcp-method", message.method());
    if (!METHODS.contains(message.method())) {
      throw McpFault.of("unknown_modern_method");
    }
    message.checkParams();
    String named = NAMED.get(message.method());
    if (named != null) {
      match(call, "mcp-name", message.params().path(named).textValue());
    }
  }

  private static void match(HttpCall call, String header, String value) throws McpFault {
    Optional<String> sent = call.header(header).map(Mcp20260728::decoded);
    if (sent.isEmpty() || !sent.get().equals(value)) {
      throw McpFault.of("header_mismatch").saying("The header " + header + " does not match");
    }
  }

  /** Values that are not plain ASCII come as {@code =?base64?...?=}. */
  private static String decoded(String header) {
    String value = header.strip();
    if (!value.startsWith("=?base64?") || !value.endsWith("?=") || value.length() < 11) {
      return value;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(value.substring(9, value.length() - 2));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  /** The fault of a version that this server does not speak. */
  McpFault unsupported(String requested) {
    ObjectNode data = json.object();
    supported.forEach(data.putArray("supported")::add);
    data.put("requested", requested);
    return McpFault.of("unsupported_version").with(data);
  }

  /** What a client learns instead of a handshake, if that is what it asks for. */
  Optional<ObjectNode> discovery(Message message) {
    if (!message.method().equals(DISCOVER)) {
      return Optional.empty();
    }
    ObjectNode result = json.object();
    supported.forEach(result.putArray("supportedVersions")::add);
    ObjectNode capabilities = result.putObject("capabilities");
    capabilities.putObject("tools");
    capabilities.putObject("resources");
    capabilities.putObject("prompts");
    capabilities.putObject("extensions").putObject(PAYMENT_EXTENSION);
    result.put("instructions", identity.instructions());
    return Optional.of(result);
  }

  /** Adds to a result what every result of this era says. */
  ObjectNode complete(Message message, ObjectNode result) {
    ObjectNode complete = demand(message, result).orElse(result);
    if (!complete.has("resultType")) {
      complete.put("resultType", "complete");
    }
    Integer ttl = TTL.get(message.method());
    if (ttl != null) {
      complete.put("ttlMs", ttl).put("cacheScope", "public");
    }
    ObjectNode meta =
        complete.get("_meta") instanceof ObjectNode own ? own : complete.putObject("_meta");
    meta.set(SERVER_KEY, identity.implementation());
    return complete;
  }

  /** The demand of a payment for clients that know the extension (x402 transports-v2/mcp). */
  private Optional<ObjectNode> demand(Message message, ObjectNode result) {
    JsonNode terms = result.path("_meta").path(PAYMENT_TERMS);
    boolean known = message.meta().path(ABILITIES_KEY).path("extensions").has(PAYMENT_EXTENSION);
    if (!known || !terms.isObject()) {
      return Optional.empty();
    }
    ObjectNode demand = json.object().put("resultType", "payment_required");
    demand.set("paymentRequired", terms);
    return Optional.of(demand);
  }
}
