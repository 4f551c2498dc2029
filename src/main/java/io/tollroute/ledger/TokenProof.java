package io.tollroute.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A bought token as a proof of payment: good for as many answers as were bought. Whether it was
 * sold at all, the ledger says when it is claimed.
 *
 * @param token the token as sent
 * @param hash its hash, by which the ledger knows it
 * @param idempotencyKey the buyer's name for one use
 */
public record TokenProof(String token, TokenHash hash, Optional<String> idempotencyKey)
    implements PrepaidProof {

  static final String METHOD = "token";

  public static TokenProof of(String token) {
    return new TokenProof(token, TokenHash.of(token), Optional.empty());
  }

  @Override
  public String method() {
    return METHOD;
  }

  /** The key of the token; each use has a key of its own, which the ledger gives it. */
  @Override
  public String key() {
    return "token:" + hash.hex();
  }

  @Override
  public Optional<TokenHash> prepaid() {
    return Optional.of(hash);
  }

  @Override
  public byte[] secret() {
    return token.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Optional<String> identifier() {
    return idempotencyKey;
  }

  @Override
  public PaymentProof identifiedBy(String key) {
    return new TokenProof(token, hash, Optional.of(key));
  }

  @Override
  public PaymentProof under(Optional<String> known) {
    return new TokenProof(token, hash, known);
  }

  /** Never the token itself: records are easily logged. */
  @Override
  public String toString() {
    return "TokenProof[" + hash.hex().substring(0, 8) + "]";
  }
}
