package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Commits;
import java.util.function.Supplier;

/** Commits between two points, of which some fail and some are only believed to have failed. */
final class StagedCommits implements Commits {

  private final Commits commits;
  private final Supplier<World> world;

  StagedCommits(Commits commits, Supplier<World> world) {
    this.commits = commits;
    this.world = world;
  }

  @Override
  public <T> T commit(Work<T> work) throws Refusal {
    World now = world.get();
    now.point("before a commit");
    fail(now, Refusal.of("ledger_unavailable"));
    T result = commits.commit(work);
    now.point("after a commit");
    // committed, and the word of it lost
    fail(now, Refusal.of("ledger_unavailable").because(IN_DOUBT));
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
    commits.close();
  }
}
