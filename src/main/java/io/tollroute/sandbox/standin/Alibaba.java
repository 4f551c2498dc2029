package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxAccount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A stand-in for Alibaba Cloud's RPC gateway and the visual services behind it. It checks what the
 * real one checks (signature, clock, nonce, account, action, required parameters) and answers in
 * the real one's shapes, its leaks included, so that the product must scrub them. Safe for use by
 * many threads.
 */
final class Alibaba {

  /** A query or form parameter as sent; a name may come twice. */
  record Parameter(String name, String value) {}

  /**
   * A POST.
   *
   * @param headers by their names in lower case
   * @param query its parameters, decoded, duplicates included
   * @param form those of the body
   * @param body the bytes of the form
   */
  record Call(
      Map<String, String> headers, List<Parameter> query, List<Parameter> form, byte[] body) {

    /** With a form that was written as RFC 3986 has it. */
    static Call of(Map<String, String> headers, List<Parameter> query, List<Parameter> form) {
      String body =
          form.stream()
              .map(
                  field ->
                      RpcSignature.percentEncode(field.name())
                          + "="
                          + RpcSignature.percentEncode(field.value()))
              .collect(Collectors.joining("&"));
      return new Call(headers, query, form, body.getBytes(StandardCharsets.US_ASCII));
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    private boolean isForm() {
      return header("content-type")
          .toLowerCase(Locale.ROOT)
          .split(";")[0]
          .strip()
          .equals("application/x-www-form-urlencoded");
    }
  }

  /** What actions leave. */
  @FunctionalInterface
  interface Examples {

    /** Data of the action, where somebody knows what that looks like. */
    Optional<JsonNode> apply(String product, String action);

    /** Whether somebody takes it for an action that answers with a job. */
    default boolean goesOn(String product, String action) {
      return false;
    }
  }

  /** What happens on the wire. */
  sealed interface Reaction {}

  /** An answer, sent after a delay. */
  record Reply(int status, String contentType, String requestId, byte[] body, Duration delay)
      implements Reaction {

    Reply after(Duration wait) {
      return new Reply(status, contentType, requestId, body, wait);
    }
  }

  /** Something that is not an answer. */
  enum Wreck implements Reaction {
    /** The connection is closed without a byte. */
    RESET,
    /** Half of what Content-Length announces, then the connection is closed. */
    TRUNCATED,
    /** Nothing for as long as the caller bears it. */
    SILENT,
    /** A good status, then a byte now and then. */
    DRIP
  }

  private record Failure(int status, String message) {}

  /** The gateway's own end of a call. */
  private static final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;

    Refused(String code, String message) {
      super(message, null, false, false);
      this.code = code;
    }
  }

  private static final String HOST = "facebody.cn-shanghai.aliyuncs.com";
  private static final String JSON_TYPE = "application/json;charset=utf-8";
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final List<String> COMMON =
      List.of(
          "Action",
          "Version",
          "AccessKeyId",
          "SignatureMethod",
          "SignatureVersion",
          "SignatureNonce",
          "Timestamp");
  private static final List<String> ACS3_HEADERS =
      List.of(
          "host",
          "x-acs-action",
          "x-acs-content-sha256",
          "x-acs-date",
          "x-acs-signature-nonce",
          "x-acs-version");
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          Acs3Signature.ALGORITHM
              + " Credential=(?<key>[^,]+),SignedHeaders=(?<names>[a-z0-9;-]+)"
              + ",Signature=(?<signature>[0-9a-f]{64})");

  private final JsonMapper json = new JsonMapper();
  private final Map<String, Failure> failures = new LinkedHashMap<>();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final ActionBook actions = new ActionBook();
  private final Jobs jobs;
  private final Examples examples;
  private final Clock clock;
  private final NonceMemory nonces;
  private final NonceMemory throttled;

  /** Answers with the {@code examples} that there are. */
  Alibaba(Clock clock, Examples examples) {
    this.clock = clock;
    this.examples = examples;
    this.jobs = new Jobs(clock);
    // A timestamp may be 15 minutes early or late, so a nonce can come back for 30.
    this.nonces = new NonceMemory(clock, SKEW.multipliedBy(2), 100_000);
    this.throttled = new NonceMemory(clock, Duration.ofDays(1), 10_000);
    try (InputStream table = Alibaba.class.getResourceAsStream("alibaba-errors.json")) {
      json.readTree(table)
          .properties()
          .forEach(
              error ->
                  failures.put(
                      error.getKey(),
                      new Failure(
                          error.getValue().path("status").intValue(),
                          error.getValue().path("message").textValue())));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Every error code the stand-in can play by name. */
  Iterable<String> documentedErrors() {
    return failures.keySet();
  }

  /** Handles one POST, signed in either way. */
  Reaction handle(Call call) {
    calls.incrementAndGet();
    String requestId = UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
    Map<String, String> request = new LinkedHashMap<>();
    try {
      if (call.isForm()) {
        read(call.form(), request);
        read(call.query(), request);
      }
      if (call.header("authorization").startsWith(Acs3Signature.ALGORITHM)) {
        authenticate(call, request);
      } else {
        authenticate(request);
      }
      return perform(checkAction(request, call), request, requestId);
    } catch (Refused refusal) {
      return failure(request, requestId, refusal.code, refusal.getMessage());
    }
  }

  /**
   * Calls so far: all, answered with data, refused with a code; the rest were outages. Apart from
   * them, looks at jobs.
   */
  JsonNode counters() {
    return json.createObjectNode()
        .put("calls", calls.get() - looks.get())
        .put("answered", answered.get())
        .put("refused", refused.get())
        .put("looks", looks.get());
  }

  private static void read(List<Parameter> parameters, Map<String, String> into) throws Refused {
    for (Parameter parameter : parameters) {
      if (into.putIfAbsent(parameter.name(), parameter.value()) != null) {
        throw new Refused(
            "IncompleteSignature", "The parameter " + parameter.name() + " comes twice.");
      }
    }
  }

  /** Version 3: everything but the action's own parameters is in headers, each of them signed. */
  private void authenticate(Call call, Map<String, String> request) throws Refused {
    request.put("Action", call.header("x-acs-action"));
    request.put("Version", call.header("x-acs-version"));
    request.put("Format", call.header("accept").contains("json") ? "JSON" : "XML");
    require(request, List.of("Action", "Version"));
    Matcher told = AUTHORIZATION.matcher(call.header("authorization"));
    if (!told.matches()) {
      throw refusal("IncompleteSignature");
    }
    List<String> names = List.of(told.group("names").split(";"));
    Set<String> needed = new TreeSet<>(ACS3_HEADERS);
    call.headers().keySet().stream()
        .filter(name -> name.startsWith("x-acs-") || name.equals("content-type"))
        .forEach(needed::add);
    boolean sorted = names.equals(names.stream().sorted().distinct().toList());
    if (!sorted || !names.containsAll(needed) || !call.headers().keySet().containsAll(needed)) {
      throw refusal("IncompleteSignature");
    }
    if (!told.group("key").equals(SandboxAccount.ACCESS_KEY_ID)) {
      throw refusal("InvalidAccessKeyId.NotFound");
    }
    checkTime(call.header("x-acs-date"));
    String bodyHash = Acs3Signature.sha256(call.body());
    Acs3Signature expected =
        Acs3Signature.of("POST", canonical(call.query()), call.headers(), names, bodyHash);
    boolean match =
        bodyHash.equals(call.header("x-acs-content-sha256"))
            && isSame(
                expected.signedWith(SandboxAccount.ACCESS_KEY_SECRET), told.group("signature"));
    if (!match) {
      throw new Refused(
          "SignatureDoesNotMatch",
          failures.get("SignatureDoesNotMatch").message()
              + " server's CanonicalString is:"
              + expected.canonicalRequest());
    }
    checkNonce(call.header("x-acs-signature-nonce"));
  }

  private static String canonical(List<Parameter> query) {
    return query.stream()
        .map(
            field ->
                RpcSignature.percentEncode(field.name())
                    + "="
                    + RpcSignature.percentEncode(field.value()))
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private void checkTime(String timestamp) throws Refused {
    if (Duration.between(instant(timestamp), clock.instant()).abs().compareTo(SKEW) > 0) {
      throw refusal("InvalidTimeStamp.Expired");
    }
  }

  private void checkNonce(String nonce) throws Refused {
    if (!nonces.isNew(nonce)) {
      throw refusal("SignatureNonceUsed");
    }
  }

  private static boolean isSame(String expected, String told) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), told.getBytes(StandardCharsets.UTF_8));
  }

  private void authenticate(Map<String, String> request) throws Refused {
    require(request, COMMON);
    if (!request.get("SignatureMethod").equals("HMAC-SHA1")
        || !request.get("SignatureVersion").equals("1.0")
        || request.getOrDefault("Signature", "").isEmpty()) {
      throw refusal("IncompleteSignature");
    }
    if (!request.get("AccessKeyId").equals(SandboxAccount.ACCESS_KEY_ID)) {
      throw refusal("InvalidAccessKeyId.NotFound");
    }
    checkTime(request.get("Timestamp"));
    RpcSignature expected = RpcSignature.of("POST", request);
    if (!isSame(expected.signedWith(SandboxAccount.ACCESS_KEY_SECRET), request.get("Signature"))) {
      throw new Refused(
          "SignatureDoesNotMatch",
          failures.get("SignatureDoesNotMatch").message()
              + " server string to sign is:"
              + expected.stringToSign());
    }
    checkNonce(request.get("SignatureNonce"));
  }

  private Instant instant(String timestamp) throws Refused {
    if (!timestamp.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")) {
      throw refusal("InvalidTimeStamp.Format");
    }
    try {
      return Instant.parse(timestamp);
    } catch (DateTimeException noSuchDay) {
      throw refusal("InvalidTimeStamp.Format");
    }
  }

  private ActionBook.Action checkAction(Map<String, String> request, Call call) throws Refused {
    List<ActionBook.Action> named = actions.find(request.get("Action"));
    if (named.isEmpty()) {
      throw refusal("InvalidAction.NotFound");
    }
    ActionBook.Action action =
        named.stream()
            .filter(each -> each.version().equals(request.get("Version")))
            .filter(each -> objection(each, call).isEmpty())
            .findFirst()
            .or(
                () ->
                    named.stream()
                        .filter(each -> each.version().equals(request.get("Version")))
                        .findFirst())
            .orElseThrow(() -> refusal("InvalidVersion"));
    for (String name : action.required()) {
      boolean given =
          request.entrySet().stream()
              .anyMatch(
                  each ->
                      (each.getKey().equals(name) || each.getKey().startsWith(name + "."))
                          && !each.getValue().isEmpty());
      if (!given) {
        require(request, List.of(name));
      }
    }
    Optional<String> objection = objection(action, call);
    if (objection.isPresent()) {
      throw new Refused("ParameterError", objection.get() + ".");
    }
    return action;
  }

  private static Optional<String> objection(ActionBook.Action action, Call call) {
    boolean placed = call.header("authorization").startsWith(Acs3Signature.ALGORITHM);
    return action.objection(own(call.form()), own(call.query()), placed);
  }

  /** Without what a call says of itself. */
  private static Map<String, String> own(List<Parameter> parameters) {
    Map<String, String> own = new LinkedHashMap<>();
    parameters.forEach(each -> own.put(each.name(), each.value()));
    own.keySet().removeAll(COMMON);
    own.keySet().removeAll(List.of("Format", "Signature", "SecurityToken", "RegionId"));
    return own;
  }

  private void require(Map<String, String> request, List<String> names) throws Refused {
    for (String name : names) {
      if (request.getOrDefault(name, "").isEmpty()) {
        throw new Refused("Missing" + name, name + " is mandatory for this action.");
      }
    }
  }

  private Reaction perform(ActionBook.Action action, Map<String, String> request, String requestId)
      throws Refused {
    Optional<MagicImage> magic = Optional.empty();
    for (Map.Entry<String, String> each : request.entrySet()) {
      boolean url = each.getKey().toLowerCase(Locale.ROOT).matches(".*ur[li][a-z]?");
      if (url && !each.getValue().matches("(?i)https?://[\\x21-\\x7e]+")) {
        throw refusal("InvalidImage.URL");
      }
      magic = magic.or(() -> url ? MagicImage.in(each.getValue()) : Optional.empty());
    }
    if (magic.isPresent()) {
      MagicImage image = magic.get();
      if (image instanceof MagicImage.Failure failure) {
        return failure(request, requestId, failure.code(), message(failure.code(), request));
      }
      if (image instanceof MagicImage.ThrottleOnce once && throttled.isNew(once.url())) {
        throw refusal("Throttling");
      }
      if (image instanceof MagicImage.Outage outage) {
        return outage(outage.name(), requestId);
      }
    }
    if (action.name().equals("GetAsyncJobResult")) {
      return jobResult(request, requestId);
    }
    answered.incrementAndGet();
    Duration delay =
        magic
            .filter(MagicImage.Slow.class::isInstance)
            .map(slow -> ((MagicImage.Slow) slow).delay())
            .orElse(Duration.ZERO);
    ObjectNode body = json.createObjectNode().put("RequestId", requestId);
    if (action.asynchronous()
        || !action.published() && examples.goesOn(action.product(), action.name())) {
      String status =
          magic
              .filter(MagicImage.JobEnd.class::isInstance)
              .map(end -> ((MagicImage.JobEnd) end).status())
              .orElse(Jobs.DONE);
      jobs.begin(requestId, delay, status, write(data(action, request)));
      body.put("Message", "The task was submitted; ask GetAsyncJobResult with requestId as jobId.");
      return reply(request, requestId, 200, action.name() + "Response", body);
    }
    body.set("Data", data(action, request));
    return reply(request, requestId, 200, action.name() + "Response", body).after(delay);
  }

  private Reply jobResult(Map<String, String> request, String requestId) throws Refused {
    looks.incrementAndGet();
    Jobs.State state =
        jobs.look(request.get("JobId"))
            .orElseThrow(() -> new Refused("ParameterError", "The JobId is invalid."));
    ObjectNode body = json.createObjectNode().put("RequestId", requestId);
    ObjectNode data =
        body.putObject("Data").put("JobId", request.get("JobId")).put("Status", state.status());
    if (!state.result().isEmpty()) {
      data.put("Result", state.result());
    } else if (state.status().endsWith("FAILED")) {
      data.put("ErrorCode", "InternalError").put("ErrorMessage", "[pk=1234567890123456] algo");
    }
    return reply(request, requestId, 200, "GetAsyncJobResultResponse", body);
  }

  private JsonNode data(ActionBook.Action action, Map<String, String> request) throws Refused {
    if (action.name().equals("CompareFaceWithMask")) {
      return FaceComparison.of(
          request.get("ImageURLA"), request.get("ImageURLB"), threshold(request));
    }
    JsonNode data =
        examples
            .apply(action.product(), action.name())
            .orElseGet(() -> json.createObjectNode().put("Action", action.name()))
            .deepCopy();
    return data instanceof ObjectNode object ? object.put("Simulated", true) : data;
  }

  private Optional<BigDecimal> threshold(Map<String, String> request) throws Refused {
    String threshold = request.getOrDefault("QualityScoreThreshold", "");
    return threshold.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(threshold));
  }

  private Reaction outage(String name, String requestId) {
    return switch (name) {
      case "reset" -> Wreck.RESET;
      case "truncated" -> Wreck.TRUNCATED;
      case "silent" -> Wreck.SILENT;
      case "drip" -> Wreck.DRIP;
      case "html" -> raw(502, "text/html", "<html><h1>502 Bad Gateway</h1>Tengine</html>");
      case "status-503" ->
          raw(503, "text/html", "<html><h1>503 Service Temporarily Unavailable</h1></html>");
      case "empty" -> raw(200, JSON_TYPE, "");
      case "huge" ->
          raw(
              200,
              JSON_TYPE,
              "{\"RequestId\":\"" + requestId + "\",\"Data\":\"" + "A".repeat(3 << 20) + "\"}");
      case "nested" ->
          raw(
              200,
              JSON_TYPE,
              "{\"RequestId\":\""
                  + requestId
                  + "\",\"Data\":"
                  + "[".repeat(100_000)
                  + "]".repeat(100_000)
                  + "}");
      default -> raw(200, JSON_TYPE, "{\"RequestId\":\"" + requestId + "\"}");
    };
  }

  private Refused refusal(String code) {
    return new Refused(code, failures.get(code).message());
  }

  private String message(String code, Map<String, String> request) {
    if (code.equals("SignatureDoesNotMatch")) {
      return failures.get(code).message()
          + " server string to sign is:"
          + RpcSignature.of("POST", request).stringToSign();
    }
    return Optional.ofNullable(failures.get(code))
        .map(Failure::message)
        .orElse("[pk=1234567890123456,tag=viapi:default] not a documented code");
  }

  /** An unknown code has the status that nearly all codes have, so a caller can meet one. */
  private Reply failure(
      Map<String, String> request, String requestId, String code, String message) {
    refused.incrementAndGet();
    int status = Optional.ofNullable(failures.get(code)).map(Failure::status).orElse(400);
    ObjectNode body =
        json.createObjectNode()
            .put("RequestId", requestId)
            .put("HostId", HOST)
            .put("Code", code)
            .put("Message", message)
            .put(
                "Recommend",
                "https://api.aliyun.com/troubleshoot?q="
                    + code
                    + "&product=facebody&requestId="
                    + requestId);
    return reply(request, requestId, status, "Error", body);
  }

  /** XML unless the caller asks for JSON, as the real gateway has it. */
  private Reply reply(
      Map<String, String> request, String requestId, int status, String root, JsonNode body) {
    boolean asJson = request.getOrDefault("Format", "XML").equalsIgnoreCase("JSON");
    String text = asJson ? write(body) : "<?xml version='1.0' encoding='UTF-8'?>" + xml(root, body);
    return new Reply(
        status,
        asJson ? JSON_TYPE : "text/xml;charset=utf-8",
        requestId,
        text.getBytes(StandardCharsets.UTF_8),
        Duration.ZERO);
  }

  private Reply raw(int status, String contentType, String text) {
    return new Reply(status, contentType, "", text.getBytes(StandardCharsets.UTF_8), Duration.ZERO);
  }

  private String write(JsonNode body) {
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException treesAlwaysWrite) {
      throw new IllegalStateException(treesAlwaysWrite);
    }
  }

  private static String xml(String name, JsonNode value) {
    StringBuilder text = new StringBuilder();
    if (value.isArray()) {
      value.forEach(element -> text.append(xml(name, element)));
      return text.toString();
    }
    text.append('<').append(name).append('>');
    if (value.isObject()) {
      value.properties().forEach(field -> text.append(xml(field.getKey(), field.getValue())));
    } else {
      text.append(value.asText().replace("&", "&amp;").replace("<", "&lt;"));
    }
    return text.append("</").append(name).append('>').toString();
  }
}
