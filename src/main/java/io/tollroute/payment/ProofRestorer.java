package io.tollroute.payment;

import io.tollroute.call.Refusal;

/** Makes a proof again from what its settlement sends, so that it can be sent without the buyer. */
public interface ProofRestorer {

  /** The payment method whose proofs it restores. */
  String method();

  /**
   * The proof whose {@link Proof#settlement} this is.
   *
   * @throws Refusal {@code settlement_unknown} when it is none
   */
  Proof restore(byte[] settlement) throws Refusal;
}
