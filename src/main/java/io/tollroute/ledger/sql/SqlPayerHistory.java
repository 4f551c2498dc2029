package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PayerHistory;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** Looks in the ledger's database for charges that a payer has paid. */
public final class SqlPayerHistory implements PayerHistory {

  private static final long LATELY_SECONDS = TimeUnit.DAYS.toSeconds(90);

  static final String PAID =
      "SELECT 1 FROM charge WHERE payer = ? AND settled_at IS NOT NULL AND settled_at >= ? LIMIT 1";

  private final Transactions transactions;
  private final Clock clock;

  /** Reads through {@code transactions}. */
  public SqlPayerHistory(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public boolean hasPaidLately(String payer) throws Refusal {
    long since = clock.instant().getEpochSecond() - LATELY_SECONDS;
    return transactions.commit(
        statements -> statements.first(PAID, row -> true, payer, since).isPresent());
  }
}
