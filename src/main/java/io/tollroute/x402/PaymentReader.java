package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.json.StrictJson;
import io.tollroute.json.SurrogatePairs;
import java.math.BigInteger;
import java.time.Clock;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a payment header and holds it against our own terms, without asking anybody.
 *
 * <p>What cannot be read is {@code malformed_payment}; what can be read but pays for something else
 * is {@code payment_refused} with the reason words of the x402 reference implementation. Addresses
 * are compared without regard to case, which is more lenient than the reference and harmless.
 */
public final class PaymentReader {

  private static final int MAX_HEADER = 16 * 1024;
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,77}");
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern NONCE = Pattern.compile("0x[0-9a-fA-F]{64}");
  private static final Pattern SIGNATURE = Pattern.compile("0x(?:[0-9a-fA-F]{2}){1,4096}");
  private static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z0-9_-]{16,128}");
  private static final int UINT_BITS = 256;
  private static final BigInteger FOREVER = BigInteger.valueOf(Long.MAX_VALUE / 1000);

  private final StrictJson json = new StrictJson(32, MAX_HEADER);
  private final X402Settings settings;
  private final Clock clock;

  /** Reads against {@code settings}; {@code clock} decides what has expired. */
  public PaymentReader(X402Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Reads {@code PAYMENT-SIGNATURE} (x402 v2).
   *
   * @throws Refusal {@code malformed_payment} or {@code payment_refused}
   */
  public X402Payment readV2(String header, Terms terms) throws Refusal {
    ObjectNode sent = decode(header);
    requireVersion(sent, 2);
    ObjectNode accepted = object(sent, "accepted");
    uint(accepted, "amount");
    ObjectNode payload = object(sent, "payload");
    Authorization authorization = authorization(payload);
    checkResource(sent.path("resource"), terms);
    Optional<String> identifier = checkExtensions(sent.path("extensions"), terms, authorization);
    ObjectNode own = terms.requirements();
    if (!matches(accepted, own)) {
      return refuseOrDoubt(
          payment(2, sent, payload, authorization, identifier, earlier(own, accepted)),
          accepted,
          "No matching payment requirements");
    }
    X402Payment payment = payment(2, sent, payload, authorization, identifier, own);
    return checkAuthorization(payment, terms);
  }

  /**
   * Reads {@code X-PAYMENT} (x402 v1); its inner payload is the same as that of v2.
   *
   * @throws Refusal {@code malformed_payment} or {@code payment_refused}
   */
  public X402Payment readV1(String header, Terms terms) throws Refusal {
    ObjectNode sent = decode(header);
    requireVersion(sent, 1);
    ObjectNode payload = object(sent, "payload");
    Authorization authorization = authorization(payload);
    String scheme = text(sent, "scheme");
    String network = text(sent, "network");
    if (!scheme.equals("exact")) {
      throw refused("unsupported_scheme");
    }
    if (!network.equals(settings.v1Network())) {
      throw refused("invalid_network");
    }
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    ObjectNode sold = nothing.deepCopy().put("amount", authorization.value());
    X402Payment payment =
        payment(
            1,
            nothing,
            payload,
            authorization,
            Optional.empty(),
            earlier(terms.requirements(), sold));
    return checkAuthorization(payment, terms);
  }

  private ObjectNode decode(String header) throws Refusal {
    if (header.length() > MAX_HEADER || header.length() % 4 != 0) {
      throw malformed("The payment header is not base64 of at most 16 KB.");
    }
    try {
      return json.object(Base64.getDecoder().decode(header))
          .filter(SurrogatePairs::areWhole)
          .orElseThrow(() -> malformed("The payment header does not hold one JSON object."));
    } catch (IllegalArgumentException e) {
      throw malformed("The payment header is not base64 of the standard alphabet.");
    }
  }

  private static void requireVersion(ObjectNode sent, int version) throws Refusal {
    JsonNode found = sent.path("x402Version");
    if (!found.isInt() || found.intValue() != version) {
      throw malformed(
          "PAYMENT-SIGNATURE carries x402Version 2 and X-PAYMENT carries x402Version 1.");
    }
  }

  private static Authorization authorization(ObjectNode payload) throws Refusal {
    ObjectNode sent = object(payload, "authorization");
    require(SIGNATURE, text(payload, "signature"), "signature");
    String nonce = lower(require(NONCE, text(sent, "nonce"), "nonce"));
    if (nonce.chars().skip(2).allMatch(digit -> digit == '0')) {
      throw malformed("The authorization's nonce is zero.");
    }
    return new Authorization(
        lower(require(ADDRESS, text(sent, "from"), "from")),
        lower(require(ADDRESS, text(sent, "to"), "to")),
        uint(sent, "value").toString(),
        seconds(sent, "validAfter"),
        seconds(sent, "validBefore"),
        nonce);
  }

  /** Times beyond any calendar mean "for ever", as wallets write them. */
  private static long seconds(ObjectNode sent, String field) throws Refusal {
    return uint(sent, field).min(FOREVER).longValue();
  }

  /** An unsigned 256-bit number in the only spelling that x402 has for it. */
  private static BigInteger uint(ObjectNode sent, String field) throws Refusal {
    BigInteger number = new BigInteger(require(DECIMAL, text(sent, field), field));
    if (number.bitLength() > UINT_BITS) {
      throw malformed("The payment's " + field + " is more than a token can hold.");
    }
    return number;
  }

  /** An absent resource binds with the first claim; a foreign one is refused before. */
  private static void checkResource(JsonNode resource, Terms terms) throws Refusal {
    if (resource.isMissingNode() || resource.isNull()) {
      return;
    }
    JsonNode url = resource.path("url");
    if (!resource.isObject() || !url.isTextual()) {
      throw malformed("The payment's resource is not an object with a url.");
    }
    if (!terms.isResource(url.textValue())) {
      throw refused("resource_mismatch");
    }
  }

  /** An echoed extension must hold what we advertised; the buyer may add to it. */
  private static Optional<String> checkExtensions(
      JsonNode echoed, Terms terms, Authorization authorization) throws Refusal {
    if (echoed.isMissingNode() || echoed.isNull()) {
      return Optional.empty();
    }
    if (!echoed.isObject()) {
      throw malformed("The payment's extensions are not an object.");
    }
    for (Map.Entry<String, JsonNode> advertised : terms.extensions().properties()) {
      JsonNode echo = echoed.path(advertised.getKey());
      if (!echo.isMissingNode() && !holds(echo.path("info"), advertised.getValue().path("info"))) {
        throw refused("extension_echo_mismatch");
      }
    }
    JsonNode id = echoed.path("payment-identifier").path("info").path("id");
    if (id.isMissingNode()) {
      return Optional.empty();
    }
    if (!id.isTextual() || !IDENTIFIER.matcher(id.textValue()).matches()) {
      throw malformed("The payment identifier is not 16 to 128 of a-z, A-Z, 0-9, _ and -.");
    }
    return Optional.of(authorization.from() + ":" + id.textValue());
  }

  private static boolean holds(JsonNode echo, JsonNode advertised) {
    if (!advertised.isObject()) {
      return echo.equals(advertised);
    }
    return echo.isObject()
        && advertised.properties().stream()
            .allMatch(field -> holds(echo.path(field.getKey()), field.getValue()));
  }

  private static boolean matches(ObjectNode accepted, ObjectNode own) {
    JsonNode extra = accepted.path("extra");
    return accepted.size() == own.size()
        && same(accepted, own, "scheme")
        && same(accepted, own, "network")
        && same(accepted, own, "amount")
        && sameAddress(accepted, own, "asset")
        && sameAddress(accepted, own, "payTo")
        && same(accepted, own, "maxTimeoutSeconds")
        && extra.isObject()
        && own.path("extra").properties().stream()
            .allMatch(field -> field.getValue().equals(extra.get(field.getKey())));
  }

  private static boolean same(ObjectNode accepted, ObjectNode own, String field) {
    return own.path(field).equals(accepted.path(field));
  }

  private static boolean sameAddress(ObjectNode accepted, ObjectNode own, String field) {
    JsonNode value = accepted.path(field);
    return value.isTextual() && value.textValue().equalsIgnoreCase(own.path(field).textValue());
  }

  private X402Payment checkAuthorization(X402Payment payment, Terms terms) throws Refusal {
    Authorization signed = payment.authorization();
    if (!signed.to().equalsIgnoreCase(settings.payTo())) {
      throw refused("invalid_exact_evm_recipient_mismatch");
    }
    if (!signed.value().equals(terms.requirements().path("amount").textValue())) {
      Refusal mismatch = refused("invalid_exact_evm_payload_authorization_value_mismatch");
      if (payment.version() == 1) {
        // v1 says nothing of the price it was made for, so it may be an earlier one
        return payment.withObjection(mismatch);
      }
      throw mismatch;
    }
    long now = clock.instant().getEpochSecond();
    if (signed.validAfter() > now) {
      throw refused("invalid_exact_evm_payload_authorization_valid_after");
    }
    if (signed.validBefore() < now + settings.secondsNeeded()) {
      return payment.withObjection(refused("invalid_exact_evm_payload_authorization_valid_before"));
    }
    return payment;
  }

  /**
   * A payment made for terms that we do not have now may have been claimed when we had them; one
   * that contradicts itself never was.
   */
  private X402Payment refuseOrDoubt(X402Payment payment, ObjectNode accepted, String reason)
      throws Refusal {
    Refusal refusal = refused(reason);
    Authorization signed = payment.authorization();
    boolean consistent =
        signed.value().equals(accepted.path("amount").textValue())
            && signed.to().equalsIgnoreCase(accepted.path("payTo").asText())
            && settings.asset().equalsIgnoreCase(accepted.path("asset").asText())
            && settings.network().equals(accepted.path("network").textValue());
    if (consistent) {
      return payment.withObjection(refusal);
    }
    throw refusal;
  }

  /**
   * Our terms as they were when the payment was made for them. What was claimed under them is
   * settled under them; nothing new begins.
   */
  private static ObjectNode earlier(ObjectNode own, ObjectNode accepted) {
    ObjectNode earlier = own.deepCopy();
    earlier.set("amount", accepted.path("amount"));
    if (accepted.path("maxTimeoutSeconds").isInt()) {
      earlier.set("maxTimeoutSeconds", accepted.get("maxTimeoutSeconds"));
    }
    if (accepted.path("payTo").isTextual() && !sameAddress(accepted, own, "payTo")) {
      earlier.set("payTo", accepted.get("payTo"));
    }
    return earlier;
  }

  private X402Payment payment(
      int version,
      ObjectNode sent,
      ObjectNode payload,
      Authorization authorization,
      Optional<String> identifier,
      ObjectNode requirements) {
    ObjectNode forwarded = JsonNodeFactory.instance.objectNode().put("x402Version", 2);
    JsonNode resource = sent.path("resource");
    if (resource.isObject()) {
      forwarded.set("resource", resource);
    }
    forwarded.set("accepted", requirements);
    forwarded.set("payload", payload);
    JsonNode extensions = sent.path("extensions");
    if (extensions.isObject()) {
      forwarded.set("extensions", extensions);
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("x402Version", 2);
    request.set("paymentPayload", forwarded);
    request.set("paymentRequirements", requirements);
    return new X402Payment(
        version,
        settings.network(),
        settings.asset(),
        authorization,
        request,
        payload.path("signature").textValue().substring(2),
        identifier,
        Optional.empty());
  }

  private static ObjectNode object(ObjectNode parent, String field) throws Refusal {
    if (parent.path(field) instanceof ObjectNode found) {
      return found;
    }
    throw malformed("The payment has no object " + field + ".");
  }

  private static String text(ObjectNode parent, String field) throws Refusal {
    JsonNode found = parent.path(field);
    if (found.isTextual()) {
      return found.textValue();
    }
    throw malformed("The payment has no text " + field + ".");
  }

  private static String require(Pattern pattern, String text, String field) throws Refusal {
    if (pattern.matcher(text).matches()) {
      return text;
    }
    throw malformed("The payment's " + field + " is not written as x402 writes it.");
  }

  private static String lower(String hex) {
    return hex.toLowerCase(Locale.ROOT);
  }

  private static Refusal malformed(String sentence) {
    return Refusal.of("malformed_payment").saying(sentence);
  }

  private static Refusal refused(String reason) {
    return Refusal.of("payment_refused").because(reason);
  }
}
