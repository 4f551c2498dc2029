package io.tollroute.limit;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PayerHistory;

/** Who has paid lately. Only what is good is remembered, so what is asked for grows nothing. */
final class KnownPayers {

  private static final int PAYERS = 10_000;

  private final PayerHistory history;
  private final RecentKeys<Boolean> remembered = new RecentKeys<>(() -> true, PAYERS);

  /** Asks {@code history} about those whom it does not remember. */
  KnownPayers(PayerHistory history) {
    this.history = history;
  }

  boolean contains(String payer) throws Refusal {
    if (remembered.find(payer).isPresent()) {
      return true;
    }
    boolean paid = history.hasPaidLately(payer);
    if (paid) {
      add(payer);
    }
    return paid;
  }

  void add(String payer) {
    remembered.of(payer);
  }
}
