package io.tollroute.catalog;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * What one answered call costs.
 *
 * @param currency ISO 4217 code, for example {@code USD}
 * @param amount in whole units of the currency, above zero, never finer than a cent
 */
public record Price(String currency, BigDecimal amount) {

  /**
   * A price.
   *
   * @throws IllegalArgumentException when the amount is not above zero or not a number of cents
   */
  public Price {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("A price is above zero");
    }
    exact(amount, 2);
  }

  /**
   * The amount in cents, for example 20 for USD 0.20.
   *
   * @throws IllegalArgumentException when the amount is more cents than an int can hold
   */
  public int cents() {
    BigInteger cents = exact(amount, 2);
    if (cents.bitLength() > 31) {
      throw new IllegalArgumentException("The price is too large to be counted in cents");
    }
    return cents.intValueExact();
  }

  /**
   * The amount in the smallest units of a token worth one unit of the currency, for example 200000
   * for USD 0.20 in a token of 6 decimals.
   *
   * @param decimals the token's decimals, 0 or more
   * @throws IllegalArgumentException when the token is too coarse to hold the amount exactly
   */
  public BigInteger atomicUnits(int decimals) {
    if (decimals < 0) {
      throw new IllegalArgumentException("A token has 0 or more decimals");
    }
    return exact(amount, decimals);
  }

  private static BigInteger exact(BigDecimal amount, int decimals) {
    try {
      return amount.movePointRight(decimals).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "The price is finer than a unit of " + decimals + " decimals", e);
    }
  }
}
