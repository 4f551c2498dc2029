package io.tollroute.job;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Jobs;
import io.tollroute.seal.JobSeal;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what a look at a job has come to. */
public final class EndJob {

  private static final Logger LOG = LoggerFactory.getLogger(EndJob.class);

  /** After these somebody else decides on the charge, or the same is tried again. */
  private static final Set<String> OPEN =
      Set.of("settlement_unknown", "payment_in_progress", "ledger_unavailable", "internal_error");

  private static final Set<String> UNPAID = Set.of("settlement_refused", "payment_refused");

  private final Jobs jobs;
  private final JobSeal seal;
  private final Clock clock;
  private final LookPauses pauses;

  EndJob(Jobs jobs, JobSeal seal, Clock clock, LookPauses pauses) {
    this.jobs = jobs;
    this.seal = seal;
    this.clock = clock;
    this.pauses = pauses;
  }

  /** It is done: keeps the message, an answer that is paid and its receipt, for its buyer. */
  public void done(Exchange exchange) throws Refusal {
    Jobs.Taken job = JobSlots.TAKEN.of(exchange);
    JobWork work = JobSlots.WORK.of(exchange);
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getMessage()
        .getHeaders()
        .forEach((name, value) -> headers.put(name, String.valueOf(value)));
    byte[] answer = new GivenAnswer(headers, exchange.getMessage().getBody(byte[].class)).bytes();
    jobs.done(job, seal.answer(answer, job.id(), work.name().text()));
  }

  /** It goes on. */
  public void later(Exchange exchange) throws Refusal {
    Jobs.Taken job = JobSlots.TAKEN.of(exchange);
    jobs.later(job, clock.millis() + pauses.millis(job.looks() + 1));
  }

  /**
   * A look came to nothing: the provider is out of order or busy, and the job may go on all the
   * same. A provider that does not know of it has lost it.
   */
  public void unseen(Exchange exchange) {
    Refusal refusal = CallSlots.REFUSAL.of(exchange);
    CallSlots.REFUSAL.clear(exchange);
    boolean lost = refusal.word().equals("provider_rejected");
    if (lost) {
      JobSlots.FAILURE.put(exchange, Refusal.of("provider_failed").because("job_lost"));
    }
    JobSlots.STEP.put(exchange, lost ? "fail" : "wait");
  }

  /**
   * It has failed, as the look says.
   *
   * @throws Refusal always
   */
  public void fail(Exchange exchange) throws Refusal {
    throw JobSlots.FAILURE.of(exchange);
  }

  /** Who looks at a job is not asked to pay: the terms are those of the call. */
  private static Refusal toldLater(Refusal refusal) {
    if (!UNPAID.contains(refusal.word())) {
      return refusal;
    }
    Refusal unpaid = Refusal.of("job_unpaid");
    return refusal.reason().map(unpaid::because).orElse(unpaid);
  }

  /** It has ended with a refusal, and its charge was ended with it. */
  public void refused(Exchange exchange) {
    Refusal refusal = CallSlots.REFUSAL.of(exchange);
    try {
      if (OPEN.contains(refusal.word())) {
        later(exchange);
      } else {
        jobs.failed(JobSlots.TAKEN.of(exchange), toldLater(refusal));
      }
    } catch (Refusal unwritten) {
      // its lease ends by itself, and then it is looked at again
      LOG.error(
          "alert=job_not_ended requestId={} why: {}",
          CallSlots.REQUEST_ID.of(exchange),
          unwritten.word());
    }
  }
}
