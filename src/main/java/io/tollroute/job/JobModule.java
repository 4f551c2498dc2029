package io.tollroute.job;

import io.tollroute.answer.Envelope;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ProductKind;
import io.tollroute.catalog.Service;
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
import java.util.List;

/** Makes what begins jobs, looks at them and tells of them. */
public final class JobModule implements Module {

  /** Where jobs are looked at, below the public address. */
  public static final String ADDRESS = "/api/jobs/";

  /** Of four places for paid calls one may be taken by somebody who waits. */
  private static final int WAITING_OF = 4;

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(ProductKind.class, new ProductKind(Service.JOB));
  }

  @Override
  public void assemble(Assembly assembly) {
    Settings settings = assembly.settings();
    List<ProofRestorer> restorers =
        assembly.contributions(PaymentMethod.class).stream()
            .flatMap(method -> method.restorer().stream())
            .toList();
    Ledger ledger = assembly.require(Ledger.class);
    boolean limited = settings.text("tollroute.limits").equals("on");
    new JobSteps(
            new JobSteps.Books(ledger, assembly.require(Jobs.class)),
            new JobSteps.Seals(
                assembly.require(AnswerSeal.class),
                assembly.require(SettlementSeal.class),
                assembly.require(JobSeal.class)),
            assembly.require(LiveCatalogue.class),
            assembly.require(Envelope.class),
            restorers,
            new JobSteps.Rules(
                settings.text("tollroute.public-url") + ADDRESS,
                settings.whole("tollroute.jobs.look-ms"),
                settings.whole("tollroute.jobs.wait-seconds"),
                Math.max(1, settings.whole("tollroute.http.max-paid-in-flight") / WAITING_OF),
                limited ? settings.whole("tollroute.limits.jobs-going-on") : Integer.MAX_VALUE,
                Math.max(Jobs.KEPT_SECONDS, settings.whole("tollroute.keep-answer-seconds")),
                assembly.require(Lease.class).ofSettlement()),
            assembly.random(),
            assembly.clock())
        .steps()
        .forEach(assembly::bean);
  }
}
