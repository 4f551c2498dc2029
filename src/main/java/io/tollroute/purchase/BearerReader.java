package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.call.TokenShape;
import io.tollroute.catalog.Product;
import io.tollroute.corridor.ProofReader;
import io.tollroute.ledger.PaymentProof;

/**
 * {@code Authorization: Bearer} with a token bought with {@code POST /api/payments}. Credentials of
 * others, which clients send unasked, are no payment.
 */
public final class BearerReader implements ProofReader {

  private final TokenReader tokens = new TokenReader();

  @Override
  public String header() {
    return "Authorization";
  }

  @Override
  public boolean carries(String value) {
    return TokenShape.ofBearer(value).isPresent();
  }

  /**
   * Takes the token as it is.
   *
   * @throws Refusal {@code malformed_payment} when it cannot be a token of anybody
   */
  @Override
  public PaymentProof read(String value, Product sold) throws Refusal {
    return tokens.read(TokenShape.ofBearer(value).orElse(""), sold);
  }
}
