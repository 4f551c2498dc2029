package io.tollroute.allowance;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PaymentProof;
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
record FreeProof(String allowance, Optional<String> idempotencyKey) implements PaymentProof {

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
  public String holder() {
    return key();
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
  public Optional<String> payer() {
    return Optional.empty();
  }

  @Override
  public Optional<String> amount() {
    return Optional.empty();
  }

  @Override
  public byte[] secret() {
    return allowance.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] settlement() {
    return new byte[0];
  }

  @Override
  public Optional<String> identifier() {
    return idempotencyKey;
  }

  @Override
  public PaymentProof identifiedBy(String key) {
    return new FreeProof(allowance, Optional.of(key));
  }

  /** A use ends with the call; only its kept answer has a time. */
  @Override
  public long validUntil() {
    return 0;
  }

  @Override
  public Optional<Refusal> objection() {
    return Optional.empty();
  }

  /** Never the name itself: records are easily logged. */
  @Override
  public String toString() {
    return METHOD;
  }
}
