package io.tollroute.x402;

import io.tollroute.corridor.ProofCheck;
import io.tollroute.ledger.PaymentProof;

/** What is seen of an x402 payment before anybody is asked, and what its buyer left out. */
final class CheckPayment implements ProofCheck {

  private final PayerSignature signature;
  private final TermsBook terms;

  /** Fills in what {@code terms} says of a product. */
  CheckPayment(PayerSignature signature, TermsBook terms) {
    this.signature = signature;
    this.terms = terms;
  }

  @Override
  public String method() {
    return X402Payment.METHOD;
  }

  @Override
  public PaymentProof check(PaymentProof proof, Sale sale) {
    X402Payment payment = signature.check((X402Payment) proof);
    // what is sold once has no listing, and what pays for something else begins nothing
    return payment.objection().isPresent() || !sale.sold().isListed()
        ? payment
        : payment.listedAs(terms.of(sale.sold()).listing(sale.asTool()), sale.asTool());
  }
}
