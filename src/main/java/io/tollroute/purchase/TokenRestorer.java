package io.tollroute.purchase;

import io.tollroute.corridor.ProofRestorer;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenProof;
import java.nio.charset.StandardCharsets;

/** Makes the use of a token again that a job was begun with. */
final class TokenRestorer implements ProofRestorer {

  private final String method;

  TokenRestorer(String method) {
    this.method = method;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public PaymentProof restore(byte[] memory) {
    return TokenProof.of(new String(memory, StandardCharsets.US_ASCII));
  }
}
