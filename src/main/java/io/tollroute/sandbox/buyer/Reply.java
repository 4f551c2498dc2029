package io.tollroute.sandbox.buyer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** What a seller answered, with the x402 headers decoded. */
public record Reply(int status, HttpHeaders headers, String body) {

  private static final JsonMapper JSON = new JsonMapper();

  /** The body as JSON; a missing node if it is none. */
  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException somethingElse) {
      return MissingNode.getInstance();
    }
  }

  /** The seller's x402 v2 terms. */
  Optional<JsonNode> demand() {
    return status == 402 ? decoded("PAYMENT-REQUIRED") : Optional.empty();
  }

  /** The seller's x402 v2 receipt. */
  public Optional<JsonNode> receipt() {
    return decoded("PAYMENT-RESPONSE");
  }

  /** How long the seller asks to wait before the same request; an unreadable wish is one second. */
  Optional<Duration> retryAfter() {
    return headers
        .firstValue("Retry-After")
        .map(wish -> wish.matches("[0-9]{1,6}") ? Long.parseLong(wish) : 1)
        .map(Duration::ofSeconds);
  }

  private Optional<JsonNode> decoded(String header) {
    return headers.firstValue(header).flatMap(Reply::decode);
  }

  private static Optional<JsonNode> decode(String base64) {
    try {
      return Optional.of(JSON.readTree(Base64.getDecoder().decode(base64)))
          .filter(JsonNode::isObject);
    } catch (IllegalArgumentException | IOException unreadable) {
      return Optional.empty();
    }
  }
}
