package io.tollroute.corridor;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PaymentProof;

/** Makes a proof again from what is kept of it, so that its call can be ended without the buyer. */
public interface ProofRestorer {

  /** The payment method whose proofs it restores. */
  String method();

  /**
   * The proof whose {@link PaymentProof#memory} this is.
   *
   * @throws Refusal {@code settlement_unknown} when it is none
   */
  PaymentProof restore(byte[] settlement) throws Refusal;
}
