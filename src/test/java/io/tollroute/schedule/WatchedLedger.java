package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import io.tollroute.ledger.KeptAnswer;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.SpentUse;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A ledger that is watched for what it lets somebody do who has lost his lease. Public: routes call
 * it.
 */
public final class WatchedLedger implements Ledger {

  private final Ledger ledger;
  private final Supplier<World> world;

  WatchedLedger(Ledger ledger, Supplier<World> world) {
    this.ledger = ledger;
    this.world = world;
  }

  @Override
  public Claim claim(ClaimRequest request) throws Refusal {
    long leaseEnd = world.get().clock().seconds() + World.LEASE_SECONDS;
    world.get().attempt().ifPresent(attempt -> attempt.holdsUntil(leaseEnd));
    Claim claim = ledger.claim(request);
    boolean held = !(claim instanceof Claim.Replayed || claim instanceof Claim.PaidBefore);
    if (held) {
      world.get().granted(claim.charge().key(), claim.charge().fence());
    }
    return claim;
  }

  @Override
  public void standAlone(Charge charge, String payer) throws Refusal {
    boolean superseded = isSuperseded(charge);
    ledger.standAlone(charge, payer);
    complain(superseded, "went on alone", charge);
  }

  @Override
  public Charge keep(Charge charge, KeptAnswer kept) throws Refusal {
    boolean superseded = isSuperseded(charge);
    Charge done = ledger.keep(charge, kept);
    complain(superseded, "kept an answer", charge);
    return done;
  }

  @Override
  public SpentUse spend(Charge charge, KeptAnswer kept) throws Refusal {
    boolean superseded = isSuperseded(charge);
    SpentUse done = ledger.spend(charge, kept);
    complain(superseded, "spent a use", charge);
    return done;
  }

  @Override
  public Charge settled(
      Charge charge, String receipt, long keepUntil, long workSeconds, Optional<Long> milliseconds)
      throws Refusal {
    boolean superseded = isSuperseded(charge);
    Charge done = ledger.settled(charge, receipt, keepUntil, workSeconds, milliseconds);
    complain(superseded, "recorded a settlement", charge);
    return done;
  }

  @Override
  public Charge refundDue(Charge charge, String receipt, Optional<NewToken> sells) throws Refusal {
    boolean superseded = isSuperseded(charge);
    Charge done = ledger.refundDue(charge, receipt, sells);
    complain(superseded, "recorded a refund", charge);
    return done;
  }

  @Override
  public boolean release(Charge charge) throws Refusal {
    return released(charge, () -> ledger.release(charge));
  }

  @Override
  public boolean fail(Charge charge, String word) throws Refusal {
    return released(charge, () -> ledger.fail(charge, word));
  }

  private interface Release {
    boolean run() throws Refusal;
  }

  private boolean released(Charge charge, Release release) throws Refusal {
    boolean superseded = isSuperseded(charge);
    world.get().attempt().ifPresent(Attempt::noteRelease);
    boolean released = release.run();
    world.get().over(charge.key());
    complain(superseded && released, "released", charge);
    return released;
  }

  @Override
  public boolean discard(Charge charge) throws Refusal {
    boolean superseded = isSuperseded(charge);
    world.get().attempt().ifPresent(Attempt::noteRelease);
    boolean released = ledger.discard(charge);
    complain(superseded && released, "discarded", charge);
    return released;
  }

  @Override
  public void unknown(Charge charge) throws Refusal {
    ledger.unknown(charge);
  }

  private boolean isSuperseded(Charge charge) {
    return world.get().isSuperseded(charge.key(), charge.fence());
  }

  private void complain(boolean wrong, String what, Charge charge) {
    if (wrong) {
      world.get().violated("who had lost the lease " + what + ": " + charge);
    }
  }
}
