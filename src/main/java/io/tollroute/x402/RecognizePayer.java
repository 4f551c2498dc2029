package io.tollroute.x402;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Says whether a payment is known, without asking anybody, to be of the wallet that it names. */
public final class RecognizePayer implements Processor {

  private final PayerSignature signature;

  /** Recognizes signatures for the token of {@code settings}. */
  public RecognizePayer(X402Settings settings) {
    this(new PayerSignature(settings));
  }

  RecognizePayer(PayerSignature signature) {
    this.signature = signature;
  }

  /** Leaves whether the payer has signed. */
  @Override
  public void process(Exchange exchange) {
    X402Payment payment = X402Slots.payment(exchange);
    X402Slots.RECOGNIZED.put(exchange, payment.isPayers() || signature.isOf(payment));
  }
}
