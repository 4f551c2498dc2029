package io.tollroute.corridor;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Product;
import java.util.Map;

/** What one payment method adds to a 402. */
@FunctionalInterface
public interface PaymentTerms {

  /**
   * A part of a 402.
   *
   * @param headers by name
   * @param members members of the body's JSON object, without its braces, in UTF-8; may be empty
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Part(Map<String, String> headers, byte[] members) {}

  /** The part for what is sold; {@code refusal} says why it is not given. */
  Part of(Product sold, Refusal refusal);

  /** The same without what is good for one caller at one moment, for documents that are kept. */
  default Part lasting(Product sold, Refusal refusal) {
    return of(sold, refusal);
  }
}
