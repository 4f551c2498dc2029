package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.time.Clock;

/** Searches of the chain in the ledger's database. */
public final class SqlChainSearches implements ChainSearches {

  private static final String SEARCH =
      "SELECT created_at, searched_block FROM charge WHERE proof_key = ?";
  private static final String SEARCHED =
      "UPDATE charge SET searched_block = ? WHERE proof_key = ? AND fence = ?";

  private final Commits commits;
  private final Clock clock;

  /** Reads and writes through {@code commits}. */
  public SqlChainSearches(Commits commits, Clock clock) {
    this.commits = commits;
    this.clock = clock;
  }

  @Override
  public Search of(Charge charge) throws Refusal {
    return commits.commit(
        statements ->
            statements
                .first(SEARCH, row -> new Search(row.getLong(1), row.getLong(2)), charge.key())
                .orElseGet(() -> new Search(clock.instant().getEpochSecond(), 0)));
  }

  @Override
  public void searched(Charge charge, long block) throws Refusal {
    commits.commit(statements -> statements.update(SEARCHED, block, charge.key(), charge.fence()));
  }
}
