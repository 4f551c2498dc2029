package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Product;
import io.tollroute.corridor.ProofReader;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenProof;
import java.util.regex.Pattern;

/** {@code X-Payment-Token}: a token bought with {@code POST /api/payments}. */
public final class TokenReader implements ProofReader {

  /** Without the comma, with which two headers are joined (RFC 9110 section 5.3). */
  private static final Pattern READABLE = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e]{1,256}");

  @Override
  public String header() {
    return "X-Payment-Token";
  }

  /**
   * Takes the token as it is; a token has one spelling.
   *
   * @throws Refusal {@code malformed_payment} when it cannot be a token of anybody
   */
  @Override
  public PaymentProof read(String value, Product sold) throws Refusal {
    if (!READABLE.matcher(value).matches()) {
      throw Refusal.of("malformed_payment").saying("X-Payment-Token does not hold a token.");
    }
    return TokenProof.of(value);
  }
}
