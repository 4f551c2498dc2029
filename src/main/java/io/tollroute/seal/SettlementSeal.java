package io.tollroute.seal;

import io.tollroute.ledger.PaymentProof;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Seals what a settlement sends while it is undecided, so that it can be sent again without the
 * buyer and yet the database alone does not hold a signature.
 */
public final class SettlementSeal {

  private final Sealing sealing;

  /** Draws nonces from {@code random}. */
  public SettlementSeal(SecureRandom random, SealKeys keys) {
    this.sealing = new Sealing(random, keys, "tollroute settlement");
  }

  /** Seals what the proof's settlement sends; empty when it sends nothing. */
  public byte[] seal(PaymentProof proof) {
    byte[] settlement = proof.settlement();
    return settlement.length == 0 ? settlement : sealing.seal(settlement, proof.key());
  }

  /** What was sealed for a charge; empty when it was not sealed with a key of ours. */
  public Optional<byte[]> open(byte[] sealed, String chargeKey) {
    return sealing.open(sealed, chargeKey);
  }
}
