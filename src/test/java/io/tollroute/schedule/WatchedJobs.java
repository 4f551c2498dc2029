package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Jobs;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A book of jobs of which the world knows what goes on. */
final class WatchedJobs implements Jobs {

  private final Jobs jobs;
  private final Clock clock;
  private final Supplier<World> world;

  WatchedJobs(Jobs jobs, Clock clock, Supplier<World> world) {
    this.jobs = jobs;
    this.clock = clock;
    this.world = world;
  }

  @Override
  public void begin(Charge charge, NewJob job) throws Refusal {
    jobs.begin(charge, job);
    world.get().goesOn(charge.key(), job.deadline());
    world.get().point("a job is begun");
  }

  @Override
  public int goingOn(String payer) throws Refusal {
    return jobs.goingOn(payer);
  }

  @Override
  public List<Taken> take(int count, long leaseSeconds) throws Refusal {
    return jobs.take(count, leaseSeconds);
  }

  @Override
  public void later(Taken job, long lookAt) throws Refusal {
    // the steps of a schedule are seconds
    jobs.later(job, clock.millis());
  }

  @Override
  public void done(Taken job, byte[] sealedAnswer) throws Refusal {
    world.get().point("before a job is done");
    jobs.done(job, sealedAnswer);
  }

  @Override
  public void failed(Taken job, Refusal refusal) throws Refusal {
    world.get().point("before a job has failed");
    jobs.failed(job, refusal);
  }

  @Override
  public Optional<View> find(String id) throws Refusal {
    return jobs.find(id);
  }
}
