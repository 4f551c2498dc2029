package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.json.StrictJson;
import io.tollroute.json.SurrogatePairs;
import io.tollroute.ledger.Quote;
import java.math.BigInteger;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a payment header and holds it against our own terms, without asking anybody.
 *
 * <p>What cannot be read is {@code malformed_payment}; what can be read but pays for something else
 * is {@code payment_refused} with the reason words of the x402 reference implementation, and {@code
 * invalid_asset}, which it has no word for. Addresses are compared without regard to case, which is
 * more lenient than the reference and harmless.
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
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern NETWORK = Pattern.compile("eip155:[0-9]{1,20}");
  private static final String OTHER_AMOUNT =
      "invalid_exact_evm_payload_authorization_value_mismatch";
  private static final String OTHER_RECEIVER = "invalid_exact_evm_recipient_mismatch";
  private static final long FOREVER = Long.MAX_VALUE / 1000;

  private final StrictJson json = new StrictJson(32, MAX_HEADER);
  private final X402Settings settings;
  private final Clock clock;

  /** Reads against {@code settings}; {@code clock} decides what has expired. */
  public PaymentReader(X402Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** The terms of earlier, and of other processes, that a payment may still be made for. */
  @FunctionalInterface
  interface Earlier {
    /**
     * Those that were offered last come first.
     *
     * @throws Refusal {@code ledger_unavailable}
     */
    List<QuotedTerms> terms() throws Refusal;
  }

  /** Why a payment is not for some terms; empty when it is. */
  @FunctionalInterface
  private interface Difference {
    Optional<Refusal> from(QuotedTerms terms) throws Refusal;
  }

  /**
   * Reads {@code PAYMENT-SIGNATURE} (x402 v2).
   *
   * @param now the terms on which the service is offered now
   * @param earlier is asked where the payment was not made for those
   * @throws Refusal {@code malformed_payment} or {@code payment_refused}, or as {@code earlier}
   */
  X402Payment readV2(String header, QuotedTerms now, Earlier earlier) throws Refusal {
    StrictJson.Parts parts = decode(header);
    ObjectNode sent = parts.read();
    requireVersion(sent, 2);
    ObjectNode accepted = object(sent, "accepted");
    uint(accepted, "amount");
    ObjectNode payload = object(sent, "payload");
    Authorization authorization = authorization(payload);
    Difference ofTerms = terms -> difference(accepted, authorization, terms.requirements());
    Optional<Refusal> refusal = ofTerms.from(now);
    QuotedTerms offered = now;
    if (refusal.isPresent()) {
      Optional<QuotedTerms> standing = first(earlier, ofTerms);
      if (standing.isPresent()) {
        offered = standing.get();
        refusal = Optional.empty();
      } else if (!isConsistent(authorization, accepted)) {
        throw refusal.get();
      }
    }
    // last, because what is echoed is the most of a payment
    for (Map.Entry<String, byte[]> echoed : parts.unread().entrySet()) {
      sent.set(
          echoed.getKey(), json.object(echoed.getValue()).orElseThrow(PaymentReader::unreadable));
    }
    requireWholeTexts(sent);
    Optional<String> identifier = identifier(sent.path("extensions"), authorization);
    Optional<Refusal> foreign = foreign(sent, offered);
    if (refusal.isEmpty() && foreign.isPresent()) {
      // the address or an example has changed, and perhaps not the price
      Optional<QuotedTerms> standing =
          first(
              earlier,
              terms -> {
                Optional<Refusal> other = ofTerms.from(terms);
                return other.isPresent() ? other : foreign(sent, terms);
              });
      offered = standing.orElse(now);
      refusal = standing.isPresent() ? Optional.empty() : foreign;
    }
    return refusal.isPresent()
        ? payment(
            2,
            sent,
            authorization,
            identifier,
            earlier(now.requirements(), accepted),
            refusal,
            Optional.empty())
        : payment(
            2,
            sent,
            authorization,
            identifier,
            offered.requirements(),
            untimely(authorization, now),
            Optional.of(offered.quote()));
  }

  /**
   * Reads {@code X-PAYMENT} (x402 v1); its inner payload is the same as that of v2.
   *
   * @param now the terms on which the service is offered now
   * @param earlier is asked where the payment was not made for those
   * @throws Refusal {@code malformed_payment} or {@code payment_refused}, or as {@code earlier}
   */
  X402Payment readV1(String header, QuotedTerms now, Earlier earlier) throws Refusal {
    StrictJson.Parts parts = decode(header);
    ObjectNode sent = parts.read();
    requireVersion(sent, 1);
    Authorization authorization = authorization(object(sent, "payload"));
    String scheme = text(sent, "scheme");
    String network = text(sent, "network");
    if (!scheme.equals("exact")) {
      throw refused("unsupported_scheme");
    }
    Difference ofTerms = terms -> differenceV1(network, authorization, terms);
    Optional<Refusal> refusal = ofTerms.from(now);
    QuotedTerms offered = now;
    if (refusal.isPresent()) {
      Optional<QuotedTerms> standing = first(earlier, ofTerms);
      if (standing.isPresent()) {
        offered = standing.get();
        refusal = Optional.empty();
      } else if (!refusal.get().reason().filter(OTHER_AMOUNT::equals).isPresent()) {
        throw refusal.get();
      }
    }
    requireWholeTexts(sent);
    ObjectNode forwarded = JsonNodeFactory.instance.objectNode();
    ObjectNode sold = forwarded.deepCopy().put("amount", authorization.value());
    forwarded.set("payload", sent.path("payload"));
    // v1 says nothing of the price it was made for, so it may have been claimed at an earlier one
    return payment(
        1,
        forwarded,
        authorization,
        Optional.empty(),
        earlier(offered.requirements(), sold),
        refusal.isPresent() ? refusal : untimely(authorization, now),
        refusal.isPresent() ? Optional.empty() : Optional.of(offered.quote()));
  }

  private static Optional<QuotedTerms> first(Earlier earlier, Difference difference)
      throws Refusal {
    for (QuotedTerms terms : earlier.terms()) {
      if (difference.from(terms).isEmpty()) {
        return Optional.of(terms);
      }
    }
    return Optional.empty();
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

  /**
   * An absent resource binds with the first claim; a foreign one is refused before. An echoed
   * extension must hold what we advertised; the buyer may add to it.
   */
  private static Optional<Refusal> foreign(ObjectNode sent, QuotedTerms terms) throws Refusal {
    JsonNode resource = sent.path("resource");
    if (!resource.isMissingNode() && !resource.isNull()) {
      JsonNode url = resource.path("url");
      if (!resource.isObject() || !url.isTextual()) {
        throw malformed("The payment's resource is not an object with a url.");
      }
      if (!terms.resources().contains(url.textValue())) {
        return Optional.of(refused("resource_mismatch"));
      }
    }
    for (Map.Entry<String, JsonNode> advertised : terms.extensions().properties()) {
      JsonNode echo = sent.path("extensions").path(advertised.getKey());
      if (!echo.isMissingNode() && !holds(echo.path("info"), advertised.getValue().path("info"))) {
        return Optional.of(refused("extension_echo_mismatch"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> identifier(JsonNode extensions, Authorization authorization)
      throws Refusal {
    if (extensions.isMissingNode() || extensions.isNull()) {
      return Optional.empty();
    }
    if (!extensions.isObject()) {
      throw malformed("The payment's extensions are not an object.");
    }
    JsonNode id = extensions.path("payment-identifier").path("info").path("id");
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

  /** What of the terms is another than was accepted or signed, the most telling first. */
  private static Optional<Refusal> difference(
      ObjectNode accepted, Authorization signed, ObjectNode own) {
    JsonNode extra = accepted.path("extra");
    boolean amount =
        same(accepted, own, "amount") && signed.value().equals(own.path("amount").textValue());
    boolean receiver =
        sameAddress(accepted, own, "payTo")
            && signed.to().equalsIgnoreCase(own.path("payTo").textValue());
    if (!same(accepted, own, "scheme")) {
      return Optional.of(refused("unsupported_scheme"));
    } else if (!same(accepted, own, "network")) {
      return Optional.of(refused("invalid_network"));
    } else if (!sameAddress(accepted, own, "asset")) {
      return Optional.of(refused("invalid_asset"));
    } else if (!receiver) {
      return Optional.of(refused(OTHER_RECEIVER));
    } else if (!amount) {
      return Optional.of(refused(OTHER_AMOUNT));
    }
    boolean rest =
        accepted.size() == own.size()
            && same(accepted, own, "maxTimeoutSeconds")
            && holdsExtra(extra, own.path("extra"));
    return rest ? Optional.empty() : Optional.of(refused("invalid_payment_requirements"));
  }

  private static Optional<Refusal> differenceV1(
      String network, Authorization signed, QuotedTerms terms) {
    if (!network.equals(terms.settings().v1Network())) {
      return Optional.of(refused("invalid_network"));
    }
    if (!signed.to().equalsIgnoreCase(terms.payTo())) {
      return Optional.of(refused(OTHER_RECEIVER));
    }
    return signed.value().equals(terms.amount())
        ? Optional.empty()
        : Optional.of(refused(OTHER_AMOUNT));
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
  private Optional<Refusal> untimely(Authorization signed, QuotedTerms terms) throws Refusal {
    long now = clock.instant().getEpochSecond();
    if (signed.validAfter() > now) {
      throw refused("invalid_exact_evm_payload_authorization_valid_after");
    }
    return signed.validBefore() < now + terms.settings().secondsNeeded()
        ? Optional.of(refused("invalid_exact_evm_payload_authorization_valid_before"))
        : Optional.empty();
  }

  /**
   * Whether a payment made for terms that are not offered may have been claimed when they were. One
   * that contradicts itself never was.
   */
  private static boolean isConsistent(Authorization signed, ObjectNode accepted) {
    return signed.value().equals(accepted.path("amount").textValue())
        && signed.to().equalsIgnoreCase(accepted.path("payTo").asText())
        && ADDRESS.matcher(accepted.path("asset").asText()).matches()
        && NETWORK.matcher(accepted.path("network").asText()).matches();
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
    for (String field : List.of("payTo", "asset", "network")) {
      if (accepted.path(field).isTextual() && !sameAddress(accepted, own, field)) {
        earlier.set(field, accepted.get(field));
      }
    }
    return earlier;
  }

  private X402Payment payment(
      int version,
      ObjectNode sent,
      Authorization authorization,
      Optional<String> identifier,
      ObjectNode requirements,
      Optional<Refusal> objection,
      Optional<Quote> quote) {
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
        requirements.path("network").textValue(),
        requirements.path("asset").textValue(),
        authorization,
        request,
        sent.path("payload").path("signature").textValue().substring(2),
        identifier,
        objection,
        quote,
        false);
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
