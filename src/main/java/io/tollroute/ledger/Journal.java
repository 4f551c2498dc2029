package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * The ledger as an accountant reads it: money in the order in which it came in and was paid back.
 * The uses of a token move none, as its money came in when it was bought.
 */
public interface Journal {

  /**
   * What moved in a time, oldest first. A page ends with a whole second, so it may have some more
   * than {@code limit}, if one second has.
   *
   * @param from its first second since the epoch
   * @param until the second after its last
   * @param limit how many at most, from 1
   * @throws Refusal {@code ledger_unavailable}
   */
  Page between(long from, long until, int limit) throws Refusal;

  /**
   * What the movements of a time are together, by currency. It reads what {@link #between} reads.
   *
   * @param from its first second since the epoch
   * @param until the second after its last
   * @throws Refusal {@code ledger_unavailable}
   */
  List<Sum> sums(long from, long until) throws Refusal;

  /**
   * Money of one currency.
   *
   * @param currency ISO 4217 code
   * @param sales how often money came in
   * @param receivedMicros what came in, in millionths of the currency
   * @param refundedMicros what was paid back, in millionths of the currency, not below zero
   */
  record Sum(String currency, long sales, long receivedMicros, long refundedMicros) {}

  /**
   * Some of it.
   *
   * @param next from which second the rest is to be asked for, if there is any
   */
  record Page(List<Movement> movements, Optional<Long> next) {

    /** Copies the list. */
    public Page {
      movements = List.copyOf(movements);
    }
  }
}
