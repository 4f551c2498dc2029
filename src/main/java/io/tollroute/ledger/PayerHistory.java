package io.tollroute.ledger;

import io.tollroute.call.Refusal;

/** Who has paid here before. */
public interface PayerHistory {

  /**
   * Whether money of a payer has come in lately.
   *
   * @param payer a public address, in lower case
   * @throws Refusal {@code ledger_unavailable}
   */
  boolean hasPaidLately(String payer) throws Refusal;
}
