package io.tollroute.mcp;

import io.tollroute.call.PaymentCarrier;
import io.tollroute.json.JsonContentType;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What MCP's streamable HTTP asks of a request before anybody reads its message (2026-07-28,
 * basic/transports/streamable-http, and the same page of 2025-11-25).
 *
 * <p>Pages of our own origin, of this machine and of the origins that the operator names may call.
 * A page that a rebound name leads to us shows the name's origin, so it is none of them.
 */
final class HttpRules {

  static final String ALLOWED_METHODS = "POST, OPTIONS";

  private static final String ANY = "*";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern REFUSED = Pattern.compile(";\\s*q\\s*=\\s*0(\\.0*)?\\s*$");

  private final Set<String> origins;
  private final Set<String> hosts;
  private final int maxBytes;
  private final String proofs;

  /**
   * The rules of a server.
   *
   * @param publicUrl absolute base of the server
   * @param moreOrigins origins beside our own, or {@code *} for all
   * @param local whether the server listens on this machine only; it then goes by its name and by
   *     that of {@code publicUrl} only
   * @param maxBytes of a message
   * @param carriers how calls are paid
   */
  HttpRules(
      URI publicUrl,
      Set<String> moreOrigins,
      boolean local,
      int maxBytes,
      List<PaymentCarrier> carriers) {
    this.proofs =
        PaymentCarrier.proofNames(carriers).stream()
            .map(name -> name + ", ")
            .collect(Collectors.joining());
    this.origins = new LinkedHashSet<>();
    this.origins.add(origin(publicUrl));
    // as it stands in an address bar
    moreOrigins.forEach(origin -> this.origins.add(lower(origin).replaceFirst("/+$", "")));
    this.hosts = new LinkedHashSet<>();
    if (local) {
      this.hosts.addAll(LOOPBACK);
      this.hosts.add(lower(publicUrl.getHost()));
    }
    this.maxBytes = maxBytes;
  }

  /**
   * Lets a request of a page or host through that may call.
   *
   * @throws McpFault {@code foreign_origin} or {@code foreign_host}
   */
  void checkSource(HttpCall call) throws McpFault {
    Optional<String> origin = call.header("origin");
    if (origin.isPresent() && !isAllowed(origin.get())) {
      throw McpFault.of("foreign_origin");
    }
    if (!hosts.isEmpty() && !hosts.contains(hostOf(call.header("host").orElse("")))) {
      throw McpFault.of("foreign_host");
    }
  }

  /**
   * Lets through what can hold a message that we can answer.
   *
   * @throws McpFault {@code unsupported_media_type}, {@code not_acceptable} or {@code too_large}
   */
  void checkContent(HttpCall call) throws McpFault {
    if (!JsonContentType.isUtf8Json(call.header("content-type").orElse(""))) {
      throw McpFault.of("unsupported_media_type");
    }
    if (!acceptsJson(call.header("accept").orElse("*/*"))) {
      throw McpFault.of("not_acceptable");
    }
    if (call.body().length > maxBytes) {
      throw McpFault.of("too_large");
    }
  }

  /** The headers by which a browser lets the page of the request read the answer. */
  Map<String, String> cors(HttpCall call) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Vary", "Origin");
    Optional<String> origin = call.header("origin").filter(this::isAllowed);
    if (origin.isPresent()) {
      headers.put("Access-Control-Allow-Origin", origin.get());
      headers.put("Access-Control-Allow-Methods", ALLOWED_METHODS);
      headers.put(
          "Access-Control-Allow-Headers",
          "Content-Type, Accept, Authorization, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method,"
              + " Mcp-Name, Last-Event-ID, "
              + proofs
              + "Idempotency-Key");
      headers.put(
          "Access-Control-Expose-Headers", "MCP-Protocol-Version, WWW-Authenticate, X-Request-Id");
      headers.put("Access-Control-Max-Age", "3600");
    }
    return headers;
  }

  private boolean isAllowed(String origin) {
    String sent = lower(origin);
    if (origins.contains(ANY) || origins.contains(sent)) {
      return true;
    }
    int host = sent.indexOf("://");
    boolean web = sent.startsWith("http://") || sent.startsWith("https://");
    return web && LOOPBACK.contains(hostOf(sent.substring(host + 3)));
  }

  private static String hostOf(String authority) {
    int bracket = authority.indexOf(']');
    int colon = authority.indexOf(':', Math.max(bracket, 0));
    return lower(colon < 0 ? authority : authority.substring(0, colon));
  }

  private static boolean acceptsJson(String accept) {
    for (String range : accept.split(",")) {
      String type = lower(range.split(";", 2)[0].strip());
      boolean json =
          type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
      if (json && !REFUSED.matcher(range).find()) {
        return true;
      }
    }
    return false;
  }

  private static String origin(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return lower(url.getScheme() + "://" + url.getHost() + port);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
