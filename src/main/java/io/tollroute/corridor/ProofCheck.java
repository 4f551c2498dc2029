package io.tollroute.corridor;

import io.tollroute.catalog.Product;
import io.tollroute.ledger.PaymentProof;

/**
 * What a payment method can say of a proof by itself, without the ledger and without asking
 * anybody. It costs more than reading, so callers are limited before.
 */
public interface ProofCheck {

  /** The method whose proofs it knows. */
  String method();

  /**
   * Looks at a proof of its method.
   *
   * @return the proof, which knows now whether its payer has made it. One that he certainly has not
   *     made has an objection: what was begun before is told of all the same
   */
  PaymentProof check(PaymentProof proof, Sale sale);

  /**
   * What the proof is to pay.
   *
   * @param sold the product
   * @param asTool whether it was called as an MCP tool
   */
  record Sale(Product sold, boolean asTool) {}
}
