package io.tollroute.events;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Outbox;
import io.tollroute.ledger.Outbox.Event;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is sent at a time: the oldest events, a batch after the other, until no more wait or one is
 * not taken. Then nothing is sent for a while, which is twice as long after each failure. For the
 * one thread of the timer.
 */
public final class EventSender {

  static final int MOST = 100;

  /** A receiver that is slow gets fewer at a time, so that what it has taken is soon forgotten. */
  private static final long LONGEST_MILLIS = Duration.ofSeconds(20).toMillis();

  /** Longer than a batch and its last event take, as another process sends from then on. */
  private static final long LEASE_SECONDS = 120;

  private static final long LONGEST_PAUSE_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Optional<Outbox> outbox;
  private final Clock clock;
  private final List<Event> taken = new ArrayList<>();
  private long turnAt;
  private long begunAt;
  private long nextAt;
  private int failures;
  private boolean failed;
  private boolean more;

  /** Sends what is in {@code outbox}; nothing without one. */
  EventSender(Optional<Outbox> outbox, Clock clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The timer has come round. */
  public void begin() {
    turnAt = clock.millis();
    more = true;
  }

  /**
   * Whether another batch is taken at once: a shop that sells more in a second than is in one would
   * never be done. Now and then the timer is waited for, and whoever wants to stop it.
   */
  public boolean takesMore() {
    return more && isWithin(turnAt);
  }

  /**
   * What is to be sent now.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  public List<Event> take() throws Refusal {
    taken.clear();
    more = false;
    failed = false;
    begunAt = clock.millis();
    // a clock that was set back must not end the sending
    boolean early = nextAt > begunAt && nextAt - begunAt <= LONGEST_PAUSE_MILLIS;
    return outbox.isEmpty() || early ? List.of() : outbox.get().take(MOST, LEASE_SECONDS);
  }

  /** Whether the next event may be sent: its place is behind those of before. */
  public boolean goesOn() {
    return !failed && isWithin(begunAt);
  }

  private boolean isWithin(long since) {
    return Math.abs(clock.millis() - since) < LONGEST_MILLIS;
  }

  /** The receiver has taken an event. */
  public void taken(Event event) {
    taken.add(event);
    failures = 0;
  }

  /** The receiver has not taken one. */
  void notTaken() {
    failed = true;
    nextAt = clock.millis() + Math.min(LONGEST_PAUSE_MILLIS, 1000L << Math.min(failures, 6));
    failures++;
  }

  /**
   * Forgets what was taken.
   *
   * @throws Refusal {@code ledger_unavailable}; it is sent once more then
   */
  public void end() throws Refusal {
    if (!taken.isEmpty() && outbox.isPresent()) {
      outbox.get().sent(List.copyOf(taken));
      more = !failed && taken.size() == MOST;
      taken.clear();
    }
  }
}
