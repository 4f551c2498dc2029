package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.ChainSearches;
import io.tollroute.ledger.Charge;
import java.time.Clock;

/** Searches of the chain in the ledger's database. */
public final class SqlChainSearches implements ChainSearches {

  private static final String SEARCH =
      "SELECT created_at, searched_block FROM charge WHERE proof_key = ?";
  private static final String SEARCHED =
      "UPDATE charge SET searched_block = ? WHERE proof_key = ? AND fence = ?";

  private final Transactions transactions;
  private final Clock clock;

  /** Reads and writes through {@code transactions}. */
  public SqlChainSearches(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Search of(Charge charge) throws Refusal {
    return transactions.commit(
        statements ->
            statements
                .first(SEARCH, row -> new Search(row.getLong(1), row.getLong(2)), charge.key())
                .orElseGet(() -> new Search(clock.instant().getEpochSecond(), 0)));
  }

  @Override
  public void searched(Charge charge, long block) throws Refusal {
    transactions.commit(
        statements -> statements.update(SEARCHED, block, charge.key(), charge.fence()));
  }
}
