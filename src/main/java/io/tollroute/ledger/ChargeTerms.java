package io.tollroute.ledger;

import java.util.Optional;

/**
 * What a charge is for, fixed when it is claimed.
 *
 * @param micros price of the call in millionths of the currency
 * @param currency ISO 4217 code
 * @param settlesFirst whether the money moves before the work is done
 * @param buys id of the payment that the charge pays, when it buys a token
 * @param units how many the input has of what the price goes by; none where it does not
 */
public record ChargeTerms(
    long micros, String currency, boolean settlesFirst, Optional<String> buys, int units) {

  /** A call of a service that is settled after its answer exists. */
  public static ChargeTerms call(long micros, String currency) {
    return new ChargeTerms(micros, currency, false, Optional.empty(), 0);
  }
}
