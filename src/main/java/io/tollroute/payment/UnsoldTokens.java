package io.tollroute.payment;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;

/** {@code X-Payment-Token}: no token has been sold, so none is good. */
public final class UnsoldTokens implements ProofReader {

  @Override
  public String header() {
    return "X-Payment-Token";
  }

  /** Refuses every token with reason {@code unknown_token}. */
  @Override
  public Proof read(String value, Service service) throws Refusal {
    throw Refusal.of("payment_refused").because("unknown_token");
  }
}
