package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.payment.Proof;
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
 */
public record X402Payment(
    int version,
    String network,
    String asset,
    Authorization authorization,
    ObjectNode request,
    String signature,
    Optional<String> identifier,
    Optional<Refusal> objection)
    implements Proof {

  @Override
  public String method() {
    return "x402";
  }

  /** Nonces are unique per payer and token (EIP-3009), so all four make the key. */
  @Override
  public String key() {
    return "x402:"
        + network
        + ":"
        + asset.toLowerCase(java.util.Locale.ROOT)
        + ":"
        + authorization.from()
        + ":"
        + authorization.nonce();
  }

  @Override
  public String holder() {
    return "x402:" + payer();
  }

  @Override
  public byte[] secret() {
    return HexFormat.of().parseHex(signature);
  }

  @Override
  public long validUntil() {
    return authorization.validBefore();
  }

  /** The payer's address in lower case. */
  public String payer() {
    return authorization.from();
  }

  /** The name of the header that carries the receipt in the buyer's version. */
  public String receiptHeader() {
    return version == 1 ? "X-PAYMENT-RESPONSE" : "PAYMENT-RESPONSE";
  }
}
