package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * How a service is priced: a price of its own, or one that goes by the input; and what calls cost
 * that are bought many at once.
 *
 * @param currency ISO 4217 code
 * @param base what every call costs, in whole units of the currency; zero only where more comes to
 *     it by the input
 * @param per what comes to it by the input; empty where the price is the same for all
 * @param volume cheaper calls of tokens, from the smallest number of calls on
 * @param free what a caller has for nothing; empty where nothing
 */
public record Tariff(
    String currency,
    BigDecimal base,
    Optional<PerInput> per,
    List<Step> volume,
    Optional<Allowance> free) {

  /**
   * What each call of a token costs that is good for so many or more.
   *
   * @param calls from which on
   * @param each price of one of them
   */
  public record Step(int calls, Price each) {}

  /** A tariff with its own copy of the steps. */
  public Tariff {
    volume = List.copyOf(volume);
  }

  /** The same price for every call. */
  public static Tariff of(Price price) {
    return new Tariff(
        price.currency(), price.amount(), Optional.empty(), List.of(), Optional.empty());
  }

  /** Whether the price of a call depends on its input. */
  public boolean goesByInput() {
    return per.isPresent();
  }

  /**
   * The lowest price of a call: the base, and where that is nothing, one unit. Without an input it
   * is what a call is offered for.
   */
  public Price from() {
    return of(0);
  }

  /** The highest price of a call. */
  public Price cap() {
    return of(per.map(PerInput::upTo).orElse(0));
  }

  /** The price of a call with so many units, as {@link #units} counts them. */
  public Price of(int units) {
    BigDecimal more =
        per.map(each -> each.amount().multiply(BigDecimal.valueOf(paid(units))))
            .orElse(BigDecimal.ZERO);
    return new Price(currency, base.add(more));
  }

  /** Nothing is free: where there is no base, one unit is paid at least. */
  private int paid(int units) {
    return base.signum() == 0 ? Math.max(1, units) : units;
  }

  /**
   * How many units of what the price goes by an input has, none where it does not go by one; empty
   * when that is not sold.
   *
   * @param input as it was validated
   */
  public Optional<Integer> units(JsonNode input) {
    return per.isPresent() ? per.get().count(input) : Optional.of(0);
  }

  /**
   * The price of each call of a token.
   *
   * @param calls how many it is good for
   * @param units for how many units of input each is
   */
  public Price inToken(int calls, int units) {
    Price each = of(units);
    for (Step step : volume) {
      if (calls >= step.calls()) {
        each = step.each();
      }
    }
    return each;
  }

  /** Whether a token of so many decimals can hold all its prices exactly. */
  public boolean isWhole(int decimals) {
    return isWhole(base, decimals)
        && per.stream().allMatch(each -> isWhole(each.amount(), decimals))
        && volume.stream().allMatch(step -> step.each().isWhole(decimals));
  }

  private static boolean isWhole(BigDecimal amount, int decimals) {
    return amount.stripTrailingZeros().scale() <= decimals;
  }
}
