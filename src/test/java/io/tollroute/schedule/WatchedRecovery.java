package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Recovery;
import java.util.List;
import java.util.function.Supplier;

/** A recovery whose leases are noted. Public, as routes call it by reflection. */
public final class WatchedRecovery implements Recovery {

  private final Recovery recovery;
  private final Supplier<World> world;

  WatchedRecovery(Recovery recovery, Supplier<World> world) {
    this.recovery = recovery;
    this.world = world;
  }

  @Override
  public List<Stale> takeStale(int count) throws Refusal {
    List<Stale> taken = recovery.takeStale(count);
    taken.forEach(stale -> world.get().granted(stale.charge().key(), stale.charge().fence()));
    return taken;
  }

  @Override
  public int returnDeadUses() throws Refusal {
    return recovery.returnDeadUses();
  }

  @Override
  public int dueRefunds() throws Refusal {
    return recovery.dueRefunds();
  }

  @Override
  public Undecided undecided() throws Refusal {
    return recovery.undecided();
  }

  @Override
  public void eraseExpired() throws Refusal {
    recovery.eraseExpired();
  }
}
