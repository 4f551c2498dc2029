package io.tollroute.job;

import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.seal.JobSeal;
import java.security.MessageDigest;
import org.apache.camel.Exchange;

/** Finds the job that a buyer asks for, by the payment that it is for or by its name. */
public final class OpenJob {

  private final JobSeal seal;

  OpenJob(JobSeal seal) {
    this.seal = seal;
  }

  /**
   * The job that the call's payment began. A payment is known by parts that others may have seen,
   * and the name of a job is for whoever made the payment.
   *
   * @throws Refusal {@code payment_in_progress} when the proof is not the very one
   */
  public void ofPayment(Exchange exchange) throws Refusal {
    JobWork work =
        seal.openWork(CorridorSlots.JOB.of(exchange))
            .map(JobWork::read)
            .orElseThrow(() -> Refusal.of("payment_in_progress").because("seal_key_unknown"));
    if (!MessageDigest.isEqual(work.secret(), CorridorSlots.PROOF.of(exchange).secret())) {
      throw Refusal.of("payment_in_progress");
    }
    JobSlots.NAME.put(exchange, work.name());
  }

  /**
   * The job that the header {@code jobId} names.
   *
   * @throws Refusal {@code unknown_job} when that is no name of a job
   */
  public void named(Exchange exchange) throws Refusal {
    String name = exchange.getMessage().getHeader("jobId", "", String.class);
    if (!JobName.isOne(name)) {
      throw Refusal.of("unknown_job");
    }
    JobSlots.NAME.put(exchange, new JobName(name));
  }
}
