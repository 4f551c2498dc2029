package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A service of the catalogue as a tool. It has no idea of payment of its own: it brings what came
 * with the call to the corridor and what the corridor says into the dialects of MCP clients (x402
 * transports-v2/mcp; Cloudflare agents).
 */
final class PaidTool implements Tool {

  private static final String NEW_EACH_TIME =
      "With a token each call is a new one and is charged, even with the same arguments, unless it"
          + " has the same _meta[\"io.tollroute/idempotency-key\"].";
  private static final String GOES_ON =
      "The work may go on after the call: the result is then a job (data.job), whose answer"
          + " job_status gives, for nothing more.";
  private static final String CORRIDOR = "direct:tool-call";
  private static final String CHECK = "direct:check-input";
  private static final String TOKEN_EXTENSION = "io.tollroute/token";
  private static final String CALL_KEY = "io.tollroute/idempotency-key";
  private static final List<String> COMBINATORS =
      List.of("oneOf", "anyOf", "allOf", "not", "if", "then", "else");
  private static final List<String> REFERENCES =
      List.of("$ref", "$dynamicRef", "$id", "$anchor", "$dynamicAnchor");

  private final Service service;
  private final ServerIdentity identity;
  private final Corridor corridor;
  private final McpJson json;
  private final PaymentFields payments;

  PaidTool(Service service, ServerIdentity identity, Corridor corridor, McpJson json) {
    this.service = service;
    this.identity = identity;
    this.corridor = corridor;
    this.json = json;
    this.payments = identity.payments(json);
  }

  @Override
  public boolean isLimited() {
    return true;
  }

  @Override
  public String name() {
    return service.toolName();
  }

  @Override
  public ObjectNode definition() {
    ObjectNode tool = json.object();
    tool.put("name", service.toolName());
    tool.put("title", service.title());
    tool.put(
        "description",
        service.description()
            + " Costs "
            + prices()
            + " per answered call; a call that fails is not charged."
            + free()
            + (isJob() ? " " + GOES_ON : "")
            + (isRepeatable() ? "" : " " + NEW_EACH_TIME));
    tool.set("inputSchema", inputSchema());
    outputSchema().ifPresent(schema -> tool.set("outputSchema", schema));
    tool.putObject("annotations")
        .put("title", service.title())
        .put("readOnlyHint", false)
        .put("destructiveHint", false)
        .put("idempotentHint", isRepeatable())
        .put("openWorldHint", true);
    ObjectNode meta = tool.putObject("_meta");
    meta.put("agents-x402/paymentRequired", true)
        .put("agents-x402/priceUSD", service.price().amount());
    if (service.tariff().goesByInput()) {
      meta.put("io.tollroute/priceUpToUSD", service.tariff().cap().amount());
    }
    meta.put("io.tollroute/serviceId", service.id())
        .put("io.tollroute/repeat", service.repeat().name().toLowerCase(Locale.ROOT));
    return tool;
  }

  private boolean isRepeatable() {
    return service.repeat() == Repeat.SAME;
  }

  /**
   * The schema for those who fill it in. Hosts drop tools whose schema has combinators at its root;
   * the corridor holds the input against all of them.
   */
  private ObjectNode inputSchema() {
    ObjectNode schema = json.object().put("type", "object");
    schema.setAll((ObjectNode) service.inputSchema().deepCopy());
    boolean plain = COMBINATORS.stream().noneMatch(schema::has) && !schema.has("$ref");
    schema.remove(COMBINATORS);
    PortableSchema.strip(schema);
    if (plain && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    ObjectNode properties =
        schema.get("properties") instanceof ObjectNode own ? own : schema.putObject("properties");
    payments.describe(properties);
    properties
        .putObject(ToolArguments.DRY_RUN)
        .put("type", "boolean")
        .put(
            "description",
            "true: only checks the arguments and tells the price. Free; the work is not done.");
    if (isJob()) {
      ToolArguments.describeWait(properties);
    }
    return schema;
  }

  private boolean isJob() {
    return service.kind().equals(Service.JOB);
  }

  /**
   * A schema that also allows the terms and failures: clients of the TypeScript SDK 1.x check those
   * too. A schema with references cannot stand inside another one, so it is left out.
   */
  private Optional<ObjectNode> outputSchema() {
    boolean movable =
        REFERENCES.stream().allMatch(key -> service.outputSchema().findValue(key) == null);
    if (!movable) {
      return Optional.empty();
    }
    ObjectNode union = json.object().put("type", "object");
    ArrayNode kinds = union.putArray("anyOf");
    ObjectNode answer = service.outputSchema().deepCopy();
    PortableSchema.strip(answer);
    kinds.add(answer);
    if (isJob()) {
      describeJob(kinds.addObject());
    }
    ObjectNode terms = kinds.addObject();
    terms.put("title", "Payment required (only with isError)").put("type", "object");
    ObjectNode properties = terms.putObject("properties");
    properties.putObject("x402Version").put("type", "integer");
    properties.putObject("accepts").put("type", "array");
    terms.putArray("required").add("x402Version").add("accepts");
    ObjectNode failure = kinds.addObject();
    failure.put("title", "Failure (only with isError)").put("type", "object");
    properties = failure.putObject("properties");
    properties.putObject("error").put("type", "string");
    properties.putObject("charged").put("type", "string");
    properties.putObject("message").put("type", "string");
    failure.putArray("required").add("error").add("charged").add("message");
    return Optional.of(union);
  }

  private static void describeJob(ObjectNode goesOn) {
    goesOn.put("title", "The work goes on").put("type", "object");
    ObjectNode data = goesOn.putObject("properties").putObject("data").put("type", "object");
    ObjectNode job = data.putObject("properties").putObject("job").put("type", "object");
    ObjectNode members = job.putObject("properties");
    List.of("id", "state", "url", "until")
        .forEach(name -> members.putObject(name).put("type", "string"));
    members.putObject("retryAfterSeconds").put("type", "integer");
    data.putArray("required").add("job");
    goesOn.putArray("required").add("data");
  }

  /** What a call costs, of which more is known with its input. */
  private String prices() {
    String lowest = service.price().currency() + " " + service.price().text();
    return service.tariff().goesByInput()
        ? lowest + " to " + service.tariff().cap().text() + ", by the input,"
        : lowest;
  }

  /** What is given to wallets is not here: signing in with one is of HTTP. */
  private String free() {
    return service
        .tariff()
        .free()
        .filter(free -> !free.isOfWallets())
        .map(free -> " The first " + free.calls() + " in a day cost nothing.")
        .orElse("");
  }

  /** What this call costs, as the terms say. */
  private String price(ObjectNode body) {
    return service.price().currency()
        + " "
        + body.at("/payment/amount").asText(service.price().text());
  }

  @Override
  public ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http) {
    ObjectNode input = arguments.deepCopy();
    boolean dry = isDry(input.remove(ToolArguments.DRY_RUN));
    JsonNode wait = input.remove(ToolArguments.WAIT);
    Map<String, Object> headers = payments.proofs(input, meta, http);
    if (dry) {
      Map<String, Object> named = new LinkedHashMap<>();
      named.put("service", service.id());
      named.put("Content-Type", "application/json");
      return result(corridor.send(CHECK, named, json.bytes(input), http.origin()));
    }
    headers.put("service", service.id());
    headers.put("Content-Type", "application/json");
    if (isJob()) {
      headers.put(
          "Prefer",
          ToolArguments.preference(Optional.ofNullable(wait).orElse(MissingNode.getInstance())));
    }
    key(meta.get(CALL_KEY), http).ifPresent(key -> headers.put("Idempotency-Key", key));
    return result(corridor.send(CORRIDOR, headers, json.bytes(input), http.origin()));
  }

  /** Whoever says anything but no to it wants nothing done that he pays for. */
  private static boolean isDry(JsonNode said) {
    return said != null && !said.isNull() && !said.asText().equals("false");
  }

  /**
   * The caller's key for this call; what cannot be one key, or are two, is left to the corridor to
   * refuse.
   */
  private static Optional<Object> key(JsonNode own, HttpCall http) {
    Optional<String> header = http.header("idempotency-key");
    if (own == null || own.isNull()) {
      return header.map(Object.class::cast);
    }
    String key = own.isTextual() ? own.textValue() : own.toString();
    boolean same = header.isEmpty() || bare(header.get()).equals(bare(key));
    return Optional.of(same && own.isTextual() ? key : List.of(key));
  }

  /** RFC 8941 has a string in quotes. */
  private static String bare(String key) {
    boolean quoted = key.length() > 1 && key.startsWith("\"") && key.endsWith("\"");
    return quoted ? key.substring(1, key.length() - 1) : key;
  }

  private ObjectNode result(Corridor.Answer answer) {
    ObjectNode body = json.read(answer.body());
    Map<String, ObjectNode> terms = payments.terms(answer);
    if (!terms.isEmpty()) {
      return demand(terms, body);
    }
    if (body.has("error")) {
      return failure(answer, body);
    }
    ObjectNode result = json.object();
    result.putArray("content").add(text(json.text(body)));
    result.set("structuredContent", body);
    result.put("isError", false);
    ObjectNode meta = result.putObject("_meta");
    payments.receipts(answer, meta);
    if (answer.header("idempotent-replayed").isPresent()) {
      meta.put("io.tollroute/replayed", true);
    }
    return result;
  }

  /**
   * The terms in every place where some client looks for them, and in words. A model reads one of
   * these places, so the terms are short: what the tool's entry says already is not repeated.
   */
  private ObjectNode demand(Map<String, ObjectNode> all, ObjectNode body) {
    ObjectNode terms = all.values().iterator().next();
    String sentence = sentence(body);
    terms.put("error", sentence);
    if (terms.get("resource") instanceof ObjectNode resource) {
      resource.retain("url", "mimeType");
    }
    ObjectNode extensions =
        terms.get("extensions") instanceof ObjectNode own ? own : terms.putObject("extensions");
    extensions.remove("bazaar");
    extensions
        .findParents("schema")
        .forEach(extension -> ((ObjectNode) extension).remove("schema"));
    ObjectNode token = extensions.putObject(TOKEN_EXTENSION).putObject("info");
    token.put("buy", identity.tokens());
    token.set("body", order(body));
    JsonNode volume = body.at("/payment/pricing/volume");
    if (volume.isArray()) {
      token.set("volume", volume);
    }
    payments.argument().ifPresent(argument -> token.put("argument", argument));

    ObjectNode result = json.object();
    result.putArray("content").add(text(json.text(terms))).add(text(sentence));
    result.set("structuredContent", terms);
    result.put("isError", true);
    result.putObject("_meta").setAll(all);
    return result;
  }

  private String sentence(ObjectNode body) {
    String reason = body.path("reason").asText();
    return body.path("message").asText()
        + (reason.isEmpty() ? "" : " Reason: " + reason + ".")
        + " "
        + service.title()
        + " costs "
        + price(body)
        + " per answered call. "
        + payments.hints()
        + ". Others POST "
        + order(body)
        + " to "
        + identity.tokens()
        + ", pay, and call again with its token as "
        + payments.argument().orElse("proof")
        + ".";
  }

  /** What to send for a token that is good for this call. */
  private ObjectNode order(ObjectNode body) {
    ObjectNode order = json.object().put("serviceId", service.id());
    JsonNode units = body.at("/payment/createPayment/body/units");
    return units.isInt() ? order.set("units", units) : order;
  }

  private ObjectNode failure(Corridor.Answer answer, ObjectNode body) {
    String sentence =
        body.path("message").asText()
            + (body.has("param") ? " At " + body.path("param").asText() + "." : "")
            + " Charged: "
            + body.path("charged").asText()
            + "."
            + answer
                .header("retry-after")
                .map(seconds -> " Try again after " + seconds + " seconds.")
                .orElse("");
    ObjectNode result = json.object();
    result.putArray("content").add(text(json.text(body))).add(text(sentence));
    result.set("structuredContent", body);
    result.put("isError", true);
    return result;
  }

  private ObjectNode text(String text) {
    return json.object().put("type", "text").put("text", text);
  }
}
