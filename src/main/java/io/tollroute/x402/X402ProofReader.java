package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Product;
import io.tollroute.corridor.ProofReader;
import io.tollroute.ledger.PaymentProof;

/** The two headers in which x402 payments come. */
public final class X402ProofReader implements ProofReader {

  /** Where x402 v2 has its payment (HTTP transport). */
  static final String V2_HEADER = "PAYMENT-SIGNATURE";

  /** Where x402 v1 has it. */
  static final String V1_HEADER = "X-PAYMENT";

  private final String header;
  private final Reading reading;
  private final TermsBook terms;

  private X402ProofReader(String header, Reading reading, TermsBook terms) {
    this.header = header;
    this.reading = reading;
    this.terms = terms;
  }

  /** Reads {@code PAYMENT-SIGNATURE} (x402 v2, HTTP transport). */
  public static X402ProofReader v2(PaymentReader reader, TermsBook terms) {
    return new X402ProofReader(V2_HEADER, reader::readV2, terms);
  }

  /** Reads {@code X-PAYMENT} (x402 v1). */
  public static X402ProofReader v1(PaymentReader reader, TermsBook terms) {
    return new X402ProofReader(V1_HEADER, reader::readV1, terms);
  }

  @Override
  public String header() {
    return header;
  }

  @Override
  public PaymentProof read(String value, Product product) throws Refusal {
    return reading.read(value, terms.of(product).quoted(), () -> terms.standing(product));
  }

  @FunctionalInterface
  private interface Reading {
    X402Payment read(String value, QuotedTerms now, PaymentReader.Earlier earlier) throws Refusal;
  }
}
