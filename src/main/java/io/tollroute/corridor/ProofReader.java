package io.tollroute.corridor;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Product;
import io.tollroute.ledger.PaymentProof;

/** Reads one kind of proof of payment. */
public interface ProofReader {

  /** The header that carries it. */
  String header();

  /**
   * Whether a value of the header is a proof of this kind, good or bad. One that holds nothing is
   * no payment: clients send the header empty where they have none.
   */
  default boolean carries(String value) {
    return !value.isBlank();
  }

  /**
   * Reads the proof and checks what can be checked without asking anybody.
   *
   * @throws Refusal {@code malformed_payment} or {@code payment_refused}
   */
  PaymentProof read(String value, Product sold) throws Refusal;
}
