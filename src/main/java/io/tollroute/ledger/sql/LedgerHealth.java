package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the ledger can be written, and if not, why. A call that fails because of the database
 * says no at once; yes is said only by a write of our own, which is made in any case now and then,
 * so that it is known also when nobody calls.
 */
public final class LedgerHealth implements Transactions {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerHealth.class);

  private static final String CANNOT = "the ledger cannot be written: ";
  private static final String FULL = CANNOT + DatabaseTrouble.FULL.words();
  private static final long MILLIS_BETWEEN_WRITES = 10_000;

  private final Transactions transactions;
  private final Function<Boolean, Work<Integer>> probe;
  private final Clock clock;
  private volatile Optional<String> objection = Optional.empty();
  private volatile long writtenAt;

  /**
   * Watches what goes through {@code transactions}; {@code probe} writes and changes nothing, and
   * needs room when it is told that there was none.
   */
  public LedgerHealth(
      Transactions transactions, Function<Boolean, Work<Integer>> probe, Clock clock) {
    this.transactions = transactions;
    this.probe = probe;
    this.clock = clock;
    this.writtenAt = clock.millis();
  }

  /** Why the ledger cannot be written, in words without a secret; empty when it can. */
  public Optional<String> objection() {
    return objection;
  }

  /** Whether it is time to look: it cannot be written, or that it can was seen long ago. */
  public boolean isDue() {
    // a clock that was set back must not end the looking
    return objection.isPresent() || Math.abs(clock.millis() - writtenAt) >= MILLIS_BETWEEN_WRITES;
  }

  /** Tries to write. */
  public void look() {
    try {
      transactions.commit(probe.apply(objection.equals(Optional.of(FULL))));
      writtenAt = clock.millis();
      if (objection.isPresent()) {
        LOG.info("the ledger can be written again");
      }
      objection = Optional.empty();
    } catch (Refusal refusal) {
      object(trouble(refusal).orElse("it takes no writes"));
    }
  }

  @Override
  public <T> T commit(Work<T> work) throws Refusal {
    try {
      return transactions.commit(work);
    } catch (Refusal refusal) {
      trouble(refusal).ifPresent(this::object);
      throw refusal;
    }
  }

  private static Optional<String> trouble(Refusal refusal) {
    return refusal.getCause() instanceof TimeoutException
        ? Optional.of("it does not answer in time")
        : DatabaseTrouble.of(refusal.getCause()).map(DatabaseTrouble::words);
  }

  private void object(String words) {
    String found = CANNOT + words;
    if (!objection.equals(Optional.of(found))) {
      LOG.error("alert=ledger_unwritable {}; no payment is taken until it can", found);
    }
    objection = Optional.of(found);
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
