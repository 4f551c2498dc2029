package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.mcp.CatalogueTools.OnOffer;
import io.tollroute.mcp.Outcomes.Outcome;
import io.tollroute.mcp.Pages.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MCP endpoint without a network: a request in, a reply out, no state between two. Both eras of
 * the protocol meet here, 2025 (with initialize, which nothing is remembered of) and 2026-07-28.
 */
final class McpGateway {

  /** The versions of the first era, the newest last. */
  static final List<String> LEGACY = List.of("2025-03-26", "2025-06-18", "2025-11-25");

  /** Every version, the newest first. */
  static final List<String> SUPPORTED =
      List.of(Mcp20260728.VERSION, "2025-11-25", "2025-06-18", "2025-03-26");

  /** What a list costs, against a message that is answered in a few words. */
  private static final int ENTRIES_A_MESSAGE = 10;

  private static final Logger LOG = LoggerFactory.getLogger(McpGateway.class);

  private final Outcomes outcomes;
  private final HttpRules rules;
  private final Message.Reader reader;
  private final Mcp20260728 modern;
  private final Supplier<OnOffer> offer;
  private final FreeMessages free;
  private final McpJson json;

  McpGateway(
      Outcomes outcomes,
      HttpRules rules,
      Message.Reader reader,
      Mcp20260728 modern,
      Supplier<OnOffer> offer,
      FreeMessages free,
      McpJson json) {
    this.outcomes = outcomes;
    this.rules = rules;
    this.reader = reader;
    this.modern = modern;
    this.offer = offer;
    this.free = free;
    this.json = json;
  }

  /** Answers a request; whatever goes wrong is an answer. */
  HttpReply handle(HttpCall call) {
    Optional<JsonNode> id = Optional.empty();
    try {
      rules.checkSource(call);
      switch (call.method()) {
        case "OPTIONS":
          return reply(call, outcomes.of("preflight"), List.of(), Optional.empty());
        case "POST":
          break;
        default:
          throw McpFault.of("method_not_allowed");
      }
      rules.checkContent(call);
      ObjectNode sent = reader.parse(call.body());
      id = Message.idOf(sent);
      Message message = Message.of(sent);
      if (!message.isRequest()) {
        return reply(call, outcomes.of("accepted"), List.of(), Optional.empty());
      }
      Result result = result(message, call);
      return reply(call, outcomes.of("answered"), result.in(envelope(id), json), Optional.empty());
    } catch (McpFault fault) {
      return fault(call, id, counted(call, fault));
    } catch (RuntimeException e) {
      // its text may quote the message
      LOG.error("An MCP message could not be answered: {}", e.getClass().getName());
      return fault(call, id, McpFault.of("internal_error"));
    }
  }

  /** Who sends what cannot be read, or is not there, is not listened to for ever. */
  private McpFault counted(HttpCall call, McpFault fault) {
    try {
      free.admit(call);
      return fault;
    } catch (McpFault tooMany) {
      return tooMany;
    }
  }

  private Result result(Message message, HttpCall call) throws McpFault {
    if (modern.speaks(message, call)) {
      modern.check(message, call);
      Optional<ObjectNode> discovery = modern.discovery(message);
      Result result =
          discovery.isPresent()
              ? new Result(Optional.empty(), discovery.get())
              : modernAnswer(message, call);
      return new Result(result.page(), modern.complete(message, result.said()));
    }
    Optional<String> version = call.header("mcp-protocol-version");
    if (version.isPresent() && !LEGACY.contains(version.get())) {
      throw modern.unsupported(version.get());
    }
    message.checkParams();
    return answer(message, call);
  }

  private Result modernAnswer(Message message, HttpCall call) throws McpFault {
    try {
      return answer(message, call);
    } catch (McpFault fault) {
      throw fault.word().equals("unknown_method") ? McpFault.of("unknown_modern_method") : fault;
    }
  }

  private Result answer(Message message, HttpCall call) throws McpFault {
    OnOffer now = offer.get();
    if (now.core().isLimited(message)) {
      return new Result(Optional.empty(), now.core().answer(message, call));
    }
    free.admit(call);
    Optional<Page> page = now.pages().of(message);
    if (page.isEmpty()) {
      return new Result(page, now.core().answer(message, call));
    }
    free.count(call, page.get().entries() / ENTRIES_A_MESSAGE);
    return new Result(page, json.object());
  }

  private ObjectNode envelope(Optional<JsonNode> id) {
    ObjectNode envelope = json.object().put("jsonrpc", "2.0");
    id.ifPresent(given -> envelope.set("id", given));
    return envelope;
  }

  private HttpReply fault(HttpCall call, Optional<JsonNode> id, McpFault fault) {
    Outcome outcome = outcomes.of(fault.word());
    ObjectNode answer = envelope(id);
    ObjectNode error = answer.putObject("error");
    error.put("code", outcome.code());
    error.put("message", fault.sentence().orElse(outcome.message()));
    fault.data().ifPresent(data -> error.set("data", data));
    HttpReply reply = reply(call, outcome, List.of(json.bytes(answer)), Optional.of(fault.word()));
    fault
        .retryAfter()
        .ifPresent(seconds -> reply.headers().put("Retry-After", Long.toString(seconds)));
    if (fault.word().equals("method_not_allowed")) {
      reply.headers().put("Allow", HttpRules.ALLOWED_METHODS);
    }
    return reply;
  }

  private HttpReply reply(
      HttpCall call, Outcome outcome, List<byte[]> body, Optional<String> refused) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!body.isEmpty()) {
      headers.put("Content-Type", "application/json");
    }
    headers.put("Cache-Control", "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.putAll(rules.cors(call));
    return new HttpReply(outcome.status(), headers, body, refused);
  }
}
