package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Outbox.Backlog;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures how many events wait and for how long, and raises the alarm when it is too long. */
public final class EventBacklog {

  private static final Logger LOG = LoggerFactory.getLogger(EventBacklog.class);

  private final Optional<Outbox> outbox;
  private final long alarmSeconds;
  private volatile Backlog latest = new Backlog(0, 0);

  /**
   * Of {@code outbox}, which is empty when nobody is told anything. Raises the alarm when an event
   * waits for longer than {@code alarmSeconds}.
   */
  public EventBacklog(Optional<Outbox> outbox, long alarmSeconds) {
    this.outbox = outbox;
    this.alarmSeconds = alarmSeconds;
  }

  /**
   * Looks again.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  public void look() throws Refusal {
    if (outbox.isEmpty()) {
      return;
    }
    latest = outbox.get().backlog();
    if (latest.oldestSeconds() > alarmSeconds) {
      LOG.error(
          "alert=events_behind count={} oldestSeconds={} refusalsLeftOut={}: the receiver of"
              + " tollroute.events does not take them",
          latest.events(),
          latest.oldestSeconds(),
          leftOut());
    }
  }

  /** What the last look found. */
  public Backlog latest() {
    return latest;
  }

  /** How many refusals this process has left out, because too much waits. */
  public long leftOut() {
    return outbox.map(Outbox::leftOut).orElse(0L);
  }
}
