package io.tollroute.job;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Jobs;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Looks how a job stands, and whether its buyer waits for it. Whoever waits has a thread, so only
 * so many may; the others are told at once that it goes on.
 */
public final class FindJob {

  private final Jobs jobs;
  private final Clock clock;
  private final Semaphore waiting;

  FindJob(Jobs jobs, Clock clock, int mostWaiting) {
    this.jobs = jobs;
    this.clock = clock;
    this.waiting = new Semaphore(mostWaiting);
  }

  /** Begins to wait, where the buyer would and may. */
  public void begin(Exchange exchange) {
    int patience = JobSlots.PATIENCE.find(exchange).orElse(0);
    boolean waits = patience > 0 && waiting.tryAcquire();
    if (waits) {
      exchange
          .getExchangeExtension()
          .addOnCompletion(
              new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange ended) {
                  waiting.release();
                }

                @Override
                public boolean allowHandover() {
                  return false;
                }
              });
    }
    JobSlots.WAITS_UNTIL.put(exchange, clock.millis() + (waits ? patience * 1000L : 0));
  }

  /**
   * Fills how it stands.
   *
   * @throws Refusal {@code unknown_job} when there is none of that name (any more)
   */
  public void look(Exchange exchange) throws Refusal {
    Jobs.View view =
        jobs.find(JobSlots.NAME.of(exchange).id()).orElseThrow(() -> Refusal.of("unknown_job"));
    JobSlots.VIEW.put(exchange, view);
    JobSlots.STATE.put(exchange, view.state().name().toLowerCase(Locale.ROOT));
    JobSlots.WAITS.put(
        exchange,
        view.state() == Jobs.State.WORKING && clock.millis() < JobSlots.WAITS_UNTIL.of(exchange));
  }
}
