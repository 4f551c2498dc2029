package io.tollroute.job;

import io.tollroute.answer.Envelope;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ProductKind;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.KeepAnswer;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.corridor.ProofRestorer;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.JobSeal;
import io.tollroute.seal.SettlementSeal;
import io.tollroute.settings.Settings;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/** Makes what begins jobs, looks at them and tells of them. */
public final class JobModule implements Module {

  /** Where jobs are looked at, below the public address. */
  public static final String ADDRESS = "/api/jobs/";

  /** For as long as Alibaba Cloud keeps what the addresses in a result lead to. */
  private static final long KEEP_SECONDS = 30 * 60;

  /** Of four places for paid calls one may be taken by somebody who waits. */
  private static final int WAITING_OF = 4;

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(ProductKind.class, new ProductKind(Service.JOB));
  }

  @Override
  public void assemble(Assembly assembly) {
    Settings settings = assembly.settings();
    Clock clock = assembly.clock();
    Jobs jobs = assembly.require(Jobs.class);
    JobSeal seal = assembly.require(JobSeal.class);
    Envelope envelope = assembly.require(Envelope.class);
    AnswerSeal answers = assembly.require(AnswerSeal.class);
    LookPauses pauses = new LookPauses(settings.whole("tollroute.jobs.look-ms"));
    List<ProofRestorer> restorers =
        assembly.contributions(PaymentMethod.class).stream()
            .flatMap(method -> method.restorer().stream())
            .toList();
    assembly.bean("readPatience", new ReadPatience(settings.whole("tollroute.jobs.wait-seconds")));
    assembly.bean(
        "requireJobs",
        new RequireJobs(
            jobs,
            restorers.stream().map(ProofRestorer::method).collect(Collectors.toSet()),
            limit(settings)));
    assembly.bean("beginJob", new BeginJob(jobs, seal, assembly.random(), clock, pauses));
    assembly.bean(
        "keepJobAnswer",
        KeepAnswer.ofProvider(
            assembly.require(Ledger.class),
            answers,
            assembly.require(SettlementSeal.class),
            envelope,
            clock,
            Math.max(KEEP_SECONDS, settings.whole("tollroute.keep-answer-seconds"))));
    assembly.bean("openJob", new OpenJob(seal));
    assembly.bean(
        "findJob",
        new FindJob(
            jobs,
            clock,
            Math.max(1, settings.whole("tollroute.http.max-paid-in-flight") / WAITING_OF)));
    assembly.bean(
        "tellJob",
        new TellJob(envelope, seal, pauses, settings.text("tollroute.public-url") + ADDRESS));
    assembly.bean(
        "takeJobs",
        new TakeJobs(
            jobs, Provider.Job.LOOK_SECONDS + assembly.require(Lease.class).ofSettlement()));
    assembly.bean(
        "beginLook",
        new BeginLook(seal, answers, restorers, assembly.require(LiveCatalogue.class), clock));
    assembly.bean("readLook", new ReadLook());
    assembly.bean("endJob", new EndJob(jobs, seal, clock, pauses));
  }

  private static int limit(Settings settings) {
    return settings.text("tollroute.limits").equals("on")
        ? settings.whole("tollroute.limits.jobs-going-on")
        : Integer.MAX_VALUE;
  }
}
