package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** What a caller shows for having paid or for being about to: good for one delivered answer. */
public interface PaymentProof {

  /** The payment method, as in the routes {@code verify-<method>} and {@code settle-<method>}. */
  String method();

  /** One key for one payment however it is encoded; unique in the ledger. */
  String key();

  /** Who pays, as one key for all proofs of one payer or of one token: for limits, not for logs. */
  String holder();

  /** The payer's public address, where the method has one. */
  Optional<String> payer();

  /** Whether it was seen, without asking anybody, that the payer whom it names has made it. */
  default boolean isPayers() {
    return false;
  }

  /** What the proof moves, in the asset's atomic units; empty when it moves nothing by itself. */
  Optional<String> amount();

  /** Who receives what it moves; empty when it moves nothing by itself. */
  default Optional<String> receiver() {
    return Optional.empty();
  }

  /** What it was made for; empty when it was paid before, or when that is not offered any more. */
  default Optional<Quote> quote() {
    return Optional.empty();
  }

  /** The token of which this is a use; empty where the proof itself moves the money. */
  default Optional<TokenHash> prepaid() {
    return Optional.empty();
  }

  /** Whether it costs its holder nothing, who can pay instead. */
  default boolean isFree() {
    return false;
  }

  /** Bytes that only the holder of the proof can show; they seal the kept answer. */
  byte[] secret();

  /** What has to be sent to move the money, the same for every attempt; empty when nothing. */
  byte[] settlement();

  /** What it can be made again from without its holder, where its method can do so. */
  default byte[] memory() {
    return settlement();
  }

  /** The same proof under the identifier that it had before, where it had one. */
  default PaymentProof under(Optional<String> known) {
    return this;
  }

  /** The same proof, whose settlement is sent as it was sent before. */
  default PaymentProof settling(byte[] settlement) {
    return this;
  }

  /** An id the buyer chose for the payment, made unique by payer. */
  Optional<String> identifier();

  /**
   * The same proof with the buyer's {@code Idempotency-Key} as its identifier.
   *
   * @throws Refusal {@code invalid_idempotency_key} when it has another identifier already
   */
  PaymentProof identifiedBy(String idempotencyKey) throws Refusal;

  /** End of the payment's own validity, in seconds since the epoch. */
  long validUntil();

  /**
   * Why the proof cannot begin a call, although it may still end one that it began earlier: it has
   * expired since, or the price has changed.
   */
  Optional<Refusal> objection();
}
