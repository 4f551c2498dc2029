package io.tollroute.catalog;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalInt;

/**
 * What one answered call costs, or several together.
 *
 * @param currency ISO 4217 code, for example {@code USD}
 * @param amount in whole units of the currency, above zero, with two to six decimals
 */
public record Price(String currency, BigDecimal amount) {

  private static final int LEAST_DECIMALS = 2;
  private static final int MOST_DECIMALS = 6;

  /**
   * A price.
   *
   * @throws IllegalArgumentException when the amount is not above zero, or finer than a millionth,
   *     or beyond what a long can count in millionths
   */
  public Price {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("A price is above zero");
    }
    if (exact(amount, MOST_DECIMALS).bitLength() >= Long.SIZE) {
      throw new IllegalArgumentException("The price is too large to be counted in millionths");
    }
    BigDecimal shortest = amount.stripTrailingZeros();
    amount = shortest.setScale(Math.max(LEAST_DECIMALS, shortest.scale()));
  }

  /**
   * A price in millionths of its currency.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Price ofMicros(String currency, long micros) {
    return new Price(currency, BigDecimal.valueOf(micros, MOST_DECIMALS));
  }

  /** The amount in millionths of the currency, for example 200000 for USD 0.20. */
  public long micros() {
    return exact(amount, MOST_DECIMALS).longValueExact();
  }

  /** The amount in cents, where it is a whole number of them that an int can hold. */
  public OptionalInt cents() {
    try {
      return OptionalInt.of(amount.movePointRight(LEAST_DECIMALS).intValueExact());
    } catch (ArithmeticException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * The price of so many.
   *
   * @throws IllegalArgumentException when it is too large, or {@code count} is not above zero
   */
  public Price times(int count) {
    return new Price(currency, amount.multiply(BigDecimal.valueOf(count)));
  }

  /** The amount as buyers are told it, for example {@code 0.20} or {@code 0.001}. */
  public String text() {
    return amount.toPlainString();
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

  /** Whether a token of so many decimals can hold the amount exactly. */
  public boolean isWhole(int decimals) {
    return amount.stripTrailingZeros().scale() <= decimals;
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
