package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.CommitWatch;
import java.util.List;

/** Tells whoever wants to know how long each commit took. */
final class TimedTransactions implements Transactions {

  private final Transactions transactions;
  private final List<CommitWatch> watches;

  TimedTransactions(Transactions transactions, List<CommitWatch> watches) {
    this.transactions = transactions;
    this.watches = List.copyOf(watches);
  }

  @Override
  public <T> T commit(Work<T> work) throws Refusal {
    long begun = System.nanoTime();
    try {
      return transactions.commit(work);
    } finally {
      long nanos = System.nanoTime() - begun;
      watches.forEach(watch -> watch.took(nanos));
    }
  }

  @Override
  public int busy() {
    return transactions.busy();
  }

  @Override
  public int waiting() {
    return transactions.waiting();
  }

  @Override
  public void close() {
    transactions.close();
  }
}
