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
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Set<String> ECHOED = Set.of("extensions", "resource");
  private static final String ZERO_NONCE = "0x" + "0".repeat(64);
  private static final int ADDRESS_BYTES = 20;
  private static final int NONCE_BYTES = 32;
  private static final int MAX_SIGNATURE_BYTES = 4096;
  private static final Pattern IDENTIFIER = Pattern.compile("[a-zA-Z0-9_-]{16,128}");
  private static final int UINT_BITS = 256;
  private static final int MAX_UINT_DIGITS = 78;
  private static final int CALENDAR_DIGITS = 15;
  private static final long FOREVER = Long.MAX_VALUE / 1000;

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
    StrictJson.Parts parts = decode(header);
    ObjectNode sent = parts.read();
    requireVersion(sent, 2);
    ObjectNode accepted = object(sent, "accepted");
    uint(accepted, "amount");
    ObjectNode payload = object(sent, "payload");
    Authorization authorization = authorization(payload);
    ObjectNode own = terms.requirements();
    boolean forOurTerms = matches(accepted, own);
    Optional<Refusal> objection =
        forOurTerms
            ? objection(authorization, own, false)
            : Optional.of(mismatch(authorization, accepted));
    // last, because what is echoed is the most of a payment
    for (Map.Entry<String, byte[]> echoed : parts.unread().entrySet()) {
      sent.set(
          echoed.getKey(), json.object(echoed.getValue()).orElseThrow(PaymentReader::unreadable));
    }
    requireWholeTexts(sent);
    checkResource(sent.path("resource"), terms);
    Optional<String> identifier = checkExtensions(sent.path("extensions"), terms, authorization);
    return payment(
        2, sent, authorization, identifier, forOurTerms ? own : earlier(own, accepted), objection);
  }

  /**
   * Reads {@code X-PAYMENT} (x402 v1); its inner payload is the same as that of v2.
   *
   * @throws Refusal {@code malformed_payment} or {@code payment_refused}
   */
  public X402Payment readV1(String header, Terms terms) throws Refusal {
    StrictJson.Parts parts = decode(header);
    ObjectNode sent = parts.read();
    requireVersion(sent, 1);
    Authorization authorization = authorization(object(sent, "payload"));
    String scheme = text(sent, "scheme");
    String network = text(sent, "network");
    if (!scheme.equals("exact")) {
      throw refused("unsupported_scheme");
    }
    if (!network.equals(settings.v1Network())) {
      throw refused("invalid_network");
    }
    ObjectNode own = terms.requirements();
    Optional<Refusal> objection = objection(authorization, own, true);
    requireWholeTexts(sent);
    ObjectNode forwarded = JsonNodeFactory.instance.objectNode();
    ObjectNode sold = forwarded.deepCopy().put("amount", authorization.value());
    forwarded.set("payload", sent.path("payload"));
    return payment(1, forwarded, authorization, Optional.empty(), earlier(own, sold), objection);
  }

  private StrictJson.Parts decode(String header) throws Refusal {
    if (header.length() > MAX_HEADER || header.length() % 4 != 0) {
      throw malformed("The payment header is not base64 of at most 16 KB.");
    }
    try {
      return json.parts(Base64.getDecoder().decode(header), ECHOED)
          .orElseThrow(PaymentReader::unreadable);
    } catch (IllegalArgumentException e) {
      throw malformed("The payment header is not base64 of the standard alphabet.");
    }
  }

  private static void requireWholeTexts(ObjectNode sent) throws Refusal {
    if (!SurrogatePairs.areWhole(sent)) {
      throw unreadable();
    }
  }

  private static Refusal unreadable() {
    return malformed("The payment header does not hold one JSON object.");
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
    requireBytes(1, MAX_SIGNATURE_BYTES, text(payload, "signature"), "signature");
    String nonce = lower(requireBytes(NONCE_BYTES, NONCE_BYTES, text(sent, "nonce"), "nonce"));
    if (nonce.equals(ZERO_NONCE)) {
      throw malformed("The authorization's nonce is zero.");
    }
    return new Authorization(
        lower(requireBytes(ADDRESS_BYTES, ADDRESS_BYTES, text(sent, "from"), "from")),
        lower(requireBytes(ADDRESS_BYTES, ADDRESS_BYTES, text(sent, "to"), "to")),
        uint(sent, "value"),
        seconds(sent, "validAfter"),
        seconds(sent, "validBefore"),
        nonce);
  }

  /** Times beyond any calendar mean "for ever", as wallets write them. */
  private static long seconds(ObjectNode sent, String field) throws Refusal {
    String seconds = uint(sent, field);
    return seconds.length() > CALENDAR_DIGITS ? FOREVER : Long.parseLong(seconds);
  }

  /** An unsigned 256-bit number in the only spelling that x402 has for it. */
  private static String uint(ObjectNode sent, String field) throws Refusal {
    String number = text(sent, field);
    int digits = number.length();
    boolean right =
        digits > 0 && digits <= MAX_UINT_DIGITS && (digits == 1 || number.charAt(0) != '0');
    for (int i = 0; right && i < digits; i++) {
      right = number.charAt(i) >= '0' && number.charAt(i) <= '9';
    }
    if (!right) {
      throw malformed("The payment's " + field + " is not written as x402 writes it.");
    }
    if (digits == MAX_UINT_DIGITS && new BigInteger(number).bitLength() > UINT_BITS) {
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
        && holdsExtra(extra, own.path("extra"));
  }

  private static boolean holdsExtra(JsonNode extra, JsonNode own) {
    for (Map.Entry<String, JsonNode> field : own.properties()) {
      if (!field.getValue().equals(extra.get(field.getKey()))) {
        return false;
      }
    }
    return extra.isObject();
  }

  private static boolean same(ObjectNode accepted, ObjectNode own, String field) {
    return own.path(field).equals(accepted.path(field));
  }

  private static boolean sameAddress(ObjectNode accepted, ObjectNode own, String field) {
    JsonNode value = accepted.path(field);
    return value.isTextual() && value.textValue().equalsIgnoreCase(own.path(field).textValue());
  }

  /**
   * What keeps an authorization from beginning a call although it may end one that began earlier.
   *
   * @throws Refusal when it can do neither
   */
  private Optional<Refusal> objection(
      Authorization signed, ObjectNode own, boolean mayBeOfAnotherPrice) throws Refusal {
    if (!signed.to().equalsIgnoreCase(settings.payTo())) {
      throw refused("invalid_exact_evm_recipient_mismatch");
    }
    if (!signed.value().equals(own.path("amount").textValue())) {
      Refusal mismatch = refused("invalid_exact_evm_payload_authorization_value_mismatch");
      if (mayBeOfAnotherPrice) {
        // v1 says nothing of the price it was made for, so it may be an earlier one
        return Optional.of(mismatch);
      }
      throw mismatch;
    }
    long now = clock.instant().getEpochSecond();
    if (signed.validAfter() > now) {
      throw refused("invalid_exact_evm_payload_authorization_valid_after");
    }
    return signed.validBefore() < now + settings.secondsNeeded()
        ? Optional.of(refused("invalid_exact_evm_payload_authorization_valid_before"))
        : Optional.empty();
  }

  /**
   * The objection to a payment made for terms that we do not have now. It may have been claimed
   * when we had them; one that contradicts itself never was.
   *
   * @throws Refusal for the latter
   */
  private Refusal mismatch(Authorization signed, ObjectNode accepted) throws Refusal {
    Refusal refusal = refused("No matching payment requirements");
    boolean consistent =
        signed.value().equals(accepted.path("amount").textValue())
            && signed.to().equalsIgnoreCase(accepted.path("payTo").asText())
            && settings.asset().equalsIgnoreCase(accepted.path("asset").asText())
            && settings.network().equals(accepted.path("network").textValue());
    if (consistent) {
      return refusal;
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
      Authorization authorization,
      Optional<String> identifier,
      ObjectNode requirements,
      Optional<Refusal> objection) {
    ObjectNode forwarded = JsonNodeFactory.instance.objectNode().put("x402Version", 2);
    JsonNode resource = sent.path("resource");
    if (resource.isObject()) {
      forwarded.set("resource", resource);
    }
    forwarded.set("accepted", requirements);
    forwarded.set("payload", sent.path("payload"));
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
        sent.path("payload").path("signature").textValue().substring(2),
        identifier,
        objection);
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

  /** Bytes in hexadecimal with 0x. */
  private static String requireBytes(int least, int most, String text, String field)
      throws Refusal {
    int digits = text.length() - 2;
    boolean right =
        text.startsWith("0x") && digits % 2 == 0 && digits >= 2 * least && digits <= 2 * most;
    for (int i = 2; right && i < text.length(); i++) {
      right = HexFormat.isHexDigit(text.charAt(i));
    }
    if (!right) {
      throw malformed("The payment's " + field + " is not written as x402 writes it.");
    }
    return text;
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
