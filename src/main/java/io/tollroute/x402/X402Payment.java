package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.chain.Authorized;
import io.tollroute.json.StrictJson;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.Quote;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An x402 payment that was read and matched with our own terms.
 *
 * @param version 1 or 2: the version in which the buyer sent it and wants the receipt
 * @param network CAIP-2 id of our own terms
 * @param asset token contract of our own terms
 * @param authorization what the buyer signed
 * @param request the body for the facilitator's verify and settle, always version 2
 * @param signature the signature as sent, without 0x
 * @param quote what it was made for, where that is still offered
 * @param isPayers whether the signature was seen to be that of the payer's own key
 */
public record X402Payment(
    int version,
    String network,
    String asset,
    Authorization authorization,
    ObjectNode request,
    String signature,
    Optional<String> identifier,
    Optional<Refusal> objection,
    Optional<Quote> quote,
    boolean isPayers)
    implements PaymentProof {

  /** The name of the method. */
  public static final String METHOD = "x402";

  /** Where x402 v2 has its receipt (HTTP transport). */
  static final String V2_RECEIPT = "PAYMENT-RESPONSE";

  /** Where x402 v1 has it. */
  static final String V1_RECEIPT = "X-PAYMENT-RESPONSE";

  private static final StrictJson SENT = new StrictJson(64, 1 << 20);

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public String key() {
    return new ProofKey(network, asset, authorization.from(), authorization.nonce()).text();
  }

  @Override
  public String holder() {
    return METHOD + ":" + authorization.from();
  }

  @Override
  public Optional<String> payer() {
    return Optional.of(authorization.from());
  }

  @Override
  public Optional<String> amount() {
    return Optional.of(authorization.value());
  }

  @Override
  public Optional<String> receiver() {
    return Optional.of(authorization.to());
  }

  /** The body for settle; the same for every attempt. */
  @Override
  public byte[] settlement() {
    return request.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public PaymentProof identifiedBy(String idempotencyKey) throws Refusal {
    String named = authorization.from() + ":" + idempotencyKey;
    if (identifier.isPresent() && !identifier.get().equals(named)) {
      throw Refusal.of("invalid_idempotency_key")
          .saying("Idempotency-Key and the payment identifier must be the same, or one of them.");
    }
    return with(request, Optional.of(named), objection, isPayers);
  }

  @Override
  public PaymentProof under(Optional<String> known) {
    return with(request, known, objection, isPayers);
  }

  /** The same, known to be signed with the payer's own key. */
  X402Payment signedByPayer() {
    return with(request, identifier, objection, true);
  }

  /** The same, with which nothing new begins. */
  X402Payment objectedTo(Refusal reason) {
    return with(request, identifier, Optional.of(reason), false);
  }

  /**
   * The same, which tells the facilitator what marketplaces need to know and its buyer left out:
   * clients that do not echo a resource and the extension bazaar are the rule, and without them
   * nothing is listed. A payment that was made by calling a tool lists the tool.
   */
  X402Payment listedAs(Listing listing, boolean asTool) {
    JsonNode sent = request.path("paymentPayload");
    if (sent.path("extensions").has("bazaar")) {
      return sent.has("resource") ? this : withPayload(listing.resource(), sent.get("extensions"));
    }
    ObjectNode extensions =
        sent.get("extensions") instanceof ObjectNode own
            ? own.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    extensions.set("bazaar", listing.bazaar());
    // a tool is called at another address than the one that its terms name
    boolean named = sent.has("resource") && !asTool;
    return withPayload(named ? sent.get("resource") : listing.resource(), extensions);
  }

  private X402Payment withPayload(JsonNode resource, JsonNode extensions) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    request.properties().forEach(member -> whole.set(member.getKey(), member.getValue()));
    JsonNode sent = request.path("paymentPayload");
    ObjectNode payload = whole.putObject("paymentPayload");
    payload.set("x402Version", sent.get("x402Version"));
    payload.set("resource", resource);
    payload.set("accepted", sent.get("accepted"));
    payload.set("payload", sent.get("payload"));
    payload.set("extensions", extensions);
    return with(whole, identifier, objection, isPayers);
  }

  /** The same, whose settlement is sent as it was before. */
  @Override
  public PaymentProof settling(byte[] settlement) {
    return SENT.object(settlement)
        .<PaymentProof>map(before -> with(before, identifier, objection, isPayers))
        .orElse(this);
  }

  private X402Payment with(
      ObjectNode newRequest,
      Optional<String> newIdentifier,
      Optional<Refusal> newObjection,
      boolean signedByPayer) {
    return new X402Payment(
        version,
        network,
        asset,
        authorization,
        newRequest,
        signature,
        newIdentifier,
        newObjection,
        quote,
        signedByPayer);
  }

  @Override
  public byte[] secret() {
    return HexFormat.of().parseHex(signature);
  }

  @Override
  public long validUntil() {
    return authorization.validBefore();
  }

  /** What the payer has signed, as the chain knows it. */
  Authorized authorized() {
    return new Authorized(
        network,
        asset,
        authorization.from(),
        authorization.nonce(),
        authorization.to(),
        authorization.value(),
        authorization.validBefore());
  }

  /** The name of the header that carries the receipt in the buyer's version. */
  public String receiptHeader() {
    return version == 1 ? V1_RECEIPT : V2_RECEIPT;
  }
}
