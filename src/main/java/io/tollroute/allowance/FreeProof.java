package io.tollroute.allowance;

import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.PrepaidProof;
import io.tollroute.ledger.TokenHash;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * That a caller has a call for nothing: a use of his allowance of the day, as of a token that
 * nobody has to show.
 *
 * @param allowance the name of the caller's allowance, known to nobody else
 * @param idempotencyKey the caller's name for one call
 */
record FreeProof(String allowance, Optional<String> idempotencyKey) implements PrepaidProof {

  static final String METHOD = "free";

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public String key() {
    return METHOD + ":" + TokenHash.of(allowance).hex();
  }

  @Override
  public boolean isFree() {
    return true;
  }

  @Override
  public Optional<TokenHash> prepaid() {
    return Optional.of(TokenHash.of(allowance));
  }

  @Override
  public byte[] secret() {
    return allowance.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Optional<String> identifier() {
    return idempotencyKey;
  }

  @Override
  public PaymentProof identifiedBy(String key) {
    return new FreeProof(allowance, Optional.of(key));
  }

  @Override
  public PaymentProof under(Optional<String> known) {
    return new FreeProof(allowance, known);
  }

  /** Never the name itself: records are easily logged. */
  @Override
  public String toString() {
    return METHOD;
  }
}
