package io.tollroute.job;

import io.tollroute.answer.Envelope;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Provider;
import io.tollroute.corridor.KeepAnswer;
import io.tollroute.corridor.ProofRestorer;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.Ledger;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.JobSeal;
import io.tollroute.seal.SettlementSeal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The steps of {@code jobs.camel.yaml}. */
public final class JobSteps {

  /** Where charges and jobs are written down. */
  public record Books(Ledger ledger, Jobs jobs) {}

  /** What seals answers, settlements and jobs. */
  public record Seals(AnswerSeal answers, SettlementSeal settlements, JobSeal jobs) {}

  /**
   * What the operator decides.
   *
   * @param address where jobs are looked at, with a slash at its end
   * @param lookMillis how long a job is left alone at first
   * @param longestWait how long a buyer may wait, in seconds
   * @param mostWaiting how many buyers may wait at a time
   * @param mostJobs how many jobs of one payer may go on that are not paid yet
   * @param keepSeconds how long answers are kept
   * @param settleSeconds how long a settlement may take
   */
  public record Rules(
      String address,
      long lookMillis,
      int longestWait,
      int mostWaiting,
      int mostJobs,
      long keepSeconds,
      long settleSeconds) {}

  private final Map<String, Object> steps = new LinkedHashMap<>();

  /** Jobs of the services of {@code catalogue}, for payments that {@code restorers} know. */
  public JobSteps(
      Books books,
      Seals seals,
      LiveCatalogue catalogue,
      Envelope envelope,
      List<ProofRestorer> restorers,
      Rules rules,
      SecureRandom random,
      Clock clock) {
    Jobs jobs = books.jobs();
    JobSeal seal = seals.jobs();
    LookPauses pauses = new LookPauses(rules.lookMillis());
    steps.put("readPatience", new ReadPatience(rules.longestWait()));
    steps.put("requireJobs", new RequireJobs(jobs, restorers, rules.mostJobs()));
    steps.put("beginJob", new BeginJob(jobs, seal, random, clock, pauses));
    steps.put(
        "keepJobAnswer",
        KeepAnswer.ofProvider(
            books.ledger(),
            seals.answers(),
            seals.settlements(),
            envelope,
            clock,
            rules.keepSeconds()));
    steps.put("openJob", new OpenJob(seal));
    steps.put("findJob", new FindJob(jobs, clock, rules.mostWaiting()));
    steps.put("tellJob", new TellJob(envelope, seal, pauses, rules.address()));
    steps.put("takeJobs", new TakeJobs(jobs, Provider.Job.LOOK_SECONDS + rules.settleSeconds()));
    steps.put("beginLook", new BeginLook(seal, seals.answers(), restorers, catalogue, clock));
    steps.put("readLook", new ReadLook());
    steps.put("endJob", new EndJob(jobs, seal, clock, pauses));
  }

  /** The steps by the names that the route file uses. */
  public Map<String, Object> steps() {
    return Map.copyOf(steps);
  }
}
