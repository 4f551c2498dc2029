package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.sql.Transactions;
import java.util.function.Supplier;

/** Commits between two points, of which some fail and some are only believed to have failed. */
final class StagedCommits implements Transactions {

  private final Transactions transactions;
  private final Supplier<World> world;

  StagedCommits(Transactions transactions, Supplier<World> world) {
    this.transactions = transactions;
    this.world = world;
  }

  @Override
  public <T> T commit(Work<T> work) throws Refusal {
    World now = world.get();
    now.point("before a commit");
    fail(now, Refusal.of("ledger_unavailable"));
    T result = transactions.commit(work);
    now.point("after a commit");
    // committed, and the word of it lost
    fail(now, Refusal.of("ledger_unavailable").because(Ledger.IN_DOUBT));
    return result;
  }

  private static void fail(World world, Refusal refusal) throws Refusal {
    if (world.happens(world.weather().ledger() / 2)) {
      world.attempt().ifPresent(Attempt::noteLedgerFault);
      throw refusal;
    }
  }

  @Override
  public void close() {
    transactions.close();
  }
}
