package io.tollroute.corridor;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PaymentProof;
import java.util.List;
import java.util.Optional;

/** Makes a proof again from what is kept of it, so that its call can be ended without the buyer. */
public interface ProofRestorer {

  /**
   * The one for proofs of a payment method; empty when nothing of it can be ended without its
   * buyer.
   */
  static Optional<ProofRestorer> of(String method, List<ProofRestorer> all) {
    return all.stream().filter(restorer -> restorer.method().equals(method)).findFirst();
  }

  /** The payment method whose proofs it restores. */
  String method();

  /**
   * The proof whose {@link PaymentProof#memory} this is.
   *
   * @throws Refusal {@code settlement_unknown} when it is none
   */
  PaymentProof restore(byte[] settlement) throws Refusal;
}
