package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** What a caller shows for having paid or for being about to: good for one delivered answer. */
public interface Proof {

  /** The payment method, as in the routes {@code verify-<method>} and {@code settle-<method>}. */
  String method();

  /** One key for one payment however it is encoded; unique in the ledger. */
  String key();

  /** Who pays, as one key for all proofs of one payer or of one token: for limits, not for logs. */
  String holder();

  /** Bytes that only the holder of the proof can show; they seal the kept answer. */
  byte[] secret();

  /** An id the buyer chose for the payment, made unique by payer. */
  Optional<String> identifier();

  /** End of the payment's own validity, in seconds since the epoch. */
  long validUntil();

  /**
   * Why the proof cannot begin a call, although it may still end one that it began earlier: it has
   * expired since, or the price has changed.
   */
  Optional<Refusal> objection();
}
