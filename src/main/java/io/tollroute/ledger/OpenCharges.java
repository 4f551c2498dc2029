package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;

/** The charges that are not settled: what is begun, undecided, owed, or came to nothing lately. */
@FunctionalInterface
public interface OpenCharges {

  /**
   * Charges of one state in one currency.
   *
   * @param currency ISO 4217 code
   * @param count how many
   * @param micros what they cost together, in millionths of the currency
   */
  record Sum(Charge.State state, String currency, long count, long micros) {}

  /**
   * Sums of all of them.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  List<Sum> sums() throws Refusal;
}
