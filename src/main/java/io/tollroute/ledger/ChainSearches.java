package io.tollroute.ledger;

import io.tollroute.call.Refusal;

/** How far the chain was searched for what a charge's settlement left there. */
public interface ChainSearches {

  /**
   * Where the search for a charge stands.
   *
   * @param since seconds since the epoch: when the charge began
   * @param searchedTo number of the block up to which there was nothing; 0 at the beginning
   */
  record Search(long since, long searchedTo) {}

  /**
   * Where the search stands.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  Search of(Charge charge) throws Refusal;

  /**
   * Notes how far the search has come, unless a later claim has taken the charge over.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  void searched(Charge charge, long block) throws Refusal;
}
