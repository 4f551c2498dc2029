package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * The part of a price that goes by the input: so much for each item of an array, or for each
 * started unit of a number.
 *
 * @param pointer JSON pointer to the array or number in the validated input
 * @param amount for one of them, in whole units of the currency
 * @param unit how much of a number is one; 1 for arrays
 * @param upTo the most of them that are sold in one call
 * @param absent how many an input has that leaves them out
 */
public record PerInput(String pointer, BigDecimal amount, BigDecimal unit, int upTo, int absent) {

  /**
   * How many an input has; empty when they are more than are sold, fewer than none, or neither an
   * array nor a number.
   *
   * @param input as it was validated
   */
  public Optional<Integer> count(JsonNode input) {
    JsonNode found = input.at(pointer);
    if (found.isMissingNode() || found.isNull()) {
      return Optional.of(absent);
    }
    return measure(found, unit, upTo);
  }

  /** How many a value is, as {@link #count}. */
  static Optional<Integer> measure(JsonNode value, BigDecimal unit, int upTo) {
    if (value.isArray()) {
      return Optional.of(value.size()).filter(size -> size <= upTo);
    }
    if (!value.isNumber() || value.decimalValue().signum() < 0) {
      return Optional.empty();
    }
    BigDecimal started = value.decimalValue().divide(unit, 0, RoundingMode.CEILING);
    return started.compareTo(BigDecimal.valueOf(upTo)) > 0
        ? Optional.empty()
        : Optional.of(started.intValueExact());
  }
}
