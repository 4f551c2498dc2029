package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;

/** What a crash or a silent facilitator left in the ledger. Any number of processes may ask. */
public interface Recovery {

  /**
   * A charge whose settlement nobody is working on; the caller now holds it.
   *
   * @param method the payment method, as in the route {@code settle-<method>}
   * @param sealedSettlement what the settlement sends
   */
  record Stale(Charge charge, String method, byte[] sealedSettlement) {}

  /**
   * Charges whose outcome is not known.
   *
   * @param count how many
   * @param oldestSeconds age of the oldest
   */
  record Undecided(long count, long oldestSeconds) {}

  /** Takes over at most {@code count} stale charges, those first that have waited longest. */
  List<Stale> takeStale(int count) throws Refusal;

  /** Gives uses whose call died back to their tokens. */
  int returnDeadUses() throws Refusal;

  /** Says of charges that were paid and not answered for too long that they are owed back. */
  int dueRefunds() throws Refusal;

  /** How much is undecided, and for how long. */
  Undecided undecided() throws Refusal;

  /** Erases answers that need not be kept any longer and claims that came to nothing. */
  void eraseExpired() throws Refusal;
}
