package io.tollroute.allowance;

import io.tollroute.corridor.ProofRestorer;
import io.tollroute.ledger.PaymentProof;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Makes the free call again that a job was begun with. */
final class FreeRestorer implements ProofRestorer {

  @Override
  public String method() {
    return FreeProof.METHOD;
  }

  @Override
  public PaymentProof restore(byte[] memory) {
    return new FreeProof(new String(memory, StandardCharsets.US_ASCII), Optional.empty());
  }
}
