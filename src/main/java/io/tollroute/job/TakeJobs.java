package io.tollroute.job;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Jobs;
import java.util.List;

/** Takes the jobs that are to be looked at now. */
public final class TakeJobs {

  private final Jobs jobs;
  private final long leaseSeconds;

  /** Nobody else takes what was taken for {@code leaseSeconds}. */
  TakeJobs(Jobs jobs, long leaseSeconds) {
    this.jobs = jobs;
    this.leaseSeconds = leaseSeconds;
  }

  /** At most {@code count} of them. */
  public List<Jobs.Taken> take(int count) throws Refusal {
    return jobs.take(count, leaseSeconds);
  }
}
