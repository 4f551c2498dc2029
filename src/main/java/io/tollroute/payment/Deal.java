package io.tollroute.payment;

import java.util.Optional;

/**
 * What a charge is for, fixed when it is claimed.
 *
 * @param cents price of the call in hundredths of the currency
 * @param currency ISO 4217 code
 * @param settlesFirst whether the money moves before the work is done
 * @param buys id of the payment that the charge pays, when it buys a token
 */
public record Deal(long cents, String currency, boolean settlesFirst, Optional<String> buys) {

  /** A call of a service that is settled after its answer exists. */
  public static Deal call(long cents, String currency) {
    return new Deal(cents, currency, false, Optional.empty());
  }
}
