package io.tollroute.ledger;

import java.math.BigDecimal;

/**
 * A sum as operators write it: in hundredths of the currency, with up to four decimals.
 *
 * @param micros the sum in millionths of the currency
 */
public record Cents(long micros) {

  private static final int DECIMALS = 4;

  /**
   * Reads a number of cents.
   *
   * @throws IllegalArgumentException when it is finer than a millionth of the currency, or too
   *     large
   */
  public static Cents of(BigDecimal cents) {
    try {
      return new Cents(cents.movePointRight(DECIMALS).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("Cents have at most four decimals", e);
    }
  }

  /** The number of cents, without zeros at its end. */
  public BigDecimal number() {
    BigDecimal cents = BigDecimal.valueOf(micros, DECIMALS).stripTrailingZeros();
    return cents.scale() < 0 ? cents.setScale(0) : cents;
  }

  /** The number of cents, for example {@code 20} or {@code 0.1}. */
  @Override
  public String toString() {
    return number().toPlainString();
  }
}
