package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Recovery.Undecided;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures how much is undecided and for how long, and raises the alarm when it is too long. */
public final class UndecidedCharges {

  private static final Logger LOG = LoggerFactory.getLogger(UndecidedCharges.class);

  private final Recovery recovery;
  private final long alarmSeconds;
  private volatile Undecided latest = new Undecided(0, 0);

  /** Raises the alarm when a charge is undecided for longer than {@code alarmSeconds}. */
  public UndecidedCharges(Recovery recovery, long alarmSeconds) {
    this.recovery = recovery;
    this.alarmSeconds = alarmSeconds;
  }

  /**
   * Looks again.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  public void look() throws Refusal {
    latest = recovery.undecided();
    if (latest.oldestSeconds() > alarmSeconds) {
      LOG.error(
          "alert=charges_undecided count={} oldestSeconds={}: see `tollroute charges list --state"
              + " unknown`",
          latest.count(),
          latest.oldestSeconds());
    }
  }

  /** What the last look found. */
  public Undecided latest() {
    return latest;
  }
}
