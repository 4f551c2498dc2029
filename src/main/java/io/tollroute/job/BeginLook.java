package io.tollroute.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.ProofRestorer;
import io.tollroute.input.InputSlots;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.JobSeal;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the call again that began a job, as far as it had come, and says by the state of its charge
 * what is left to do.
 */
final class BeginLook implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(BeginLook.class);

  private final JobSeal seal;
  private final AnswerSeal answers;
  private final List<ProofRestorer> restorers;
  private final LiveCatalogue catalogue;
  private final Clock clock;

  BeginLook(
      JobSeal seal,
      AnswerSeal answers,
      List<ProofRestorer> restorers,
      LiveCatalogue catalogue,
      Clock clock) {
    this.seal = seal;
    this.answers = answers;
    this.restorers = List.copyOf(restorers);
    this.catalogue = catalogue;
    this.clock = clock;
  }

  /**
   * Takes the job from the body.
   *
   * @throws Refusal as the job has failed without our doing
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Jobs.Taken job = exchange.getMessage().getBody(Jobs.Taken.class);
    JobSlots.TAKEN.put(exchange, job);
    CallSlots.REQUEST_ID.put(exchange, "job");
    Optional<JobWork> known = seal.openWork(job.sealedWork()).map(JobWork::read);
    if (known.isEmpty()) {
      LOG.error(
          "alert=seal_key_unknown a job was sealed with a key that is not among"
              + " tollroute.ledger.key, so nobody can end it");
      giveUpInTime(exchange, job, "seal_key_unknown");
      return;
    }
    JobWork work = known.get();
    Optional<ProofRestorer> restorer = ProofRestorer.of(work.method(), restorers);
    if (restorer.isEmpty()) {
      giveUpInTime(exchange, job, "payment_method_unknown");
      return;
    }
    JobSlots.WORK.put(exchange, work);
    CallSlots.REQUEST_ID.put(exchange, work.requestId());
    work.surface().ifPresent(surface -> CallSlots.SURFACE.put(exchange, surface));
    CorridorSlots.METHOD.put(exchange, work.method());
    CorridorSlots.PROOF.put(
        exchange, restorer.get().restore(work.memory()).under(work.identifier()));
    // whoever began it has shown that the payment is good
    CorridorSlots.VERIFIED.put(exchange, true);
    CorridorSlots.RECONCILING.put(exchange, true);
    InputSlots.CANONICAL.put(exchange, work.request());
    decide(exchange, job, work);
  }

  /** What it lacks may come back; its charge is given up by itself when its time is over. */
  private void giveUpInTime(Exchange exchange, Jobs.Taken job, String reason) {
    boolean over = clock.instant().getEpochSecond() >= job.deadline();
    JobSlots.STEP.put(exchange, over ? "fail" : "wait");
    JobSlots.FAILURE.put(exchange, Refusal.of("provider_failed").because(reason));
  }

  private void decide(Exchange exchange, Jobs.Taken job, JobWork work) throws Refusal {
    Charge charge = job.charge();
    switch (charge.state()) {
      case CLAIMED, PAID -> look(exchange, job, work);
      // the reconciler moves the money
      case SETTLING, UNKNOWN -> JobSlots.STEP.put(exchange, "wait");
      case SETTLED -> give(exchange, job, work);
      case REFUND_DUE, REFUNDED, CREDITED ->
          throw Refusal.of(charge.state().name().toLowerCase(Locale.ROOT));
      case ANSWERED -> throw Refusal.of("settlement_refused");
      case RELEASED -> throw Refusal.of("provider_failed");
    }
  }

  private void look(Exchange exchange, Jobs.Taken job, JobWork work) throws Refusal {
    if (!job.isHeld()) {
      throw Refusal.of("provider_timeout");
    }
    CorridorSlots.CHARGE.put(exchange, job.charge());
    boolean paid = job.charge().state() == Charge.State.PAID;
    CatalogueSlots.FIRST.put(exchange, paid ? "settlement" : "answer");
    if (paid) {
      CorridorSlots.RECEIPT.put(exchange, job.receipt());
    }
    if (clock.instant().getEpochSecond() >= job.deadline()) {
      throw Refusal.of("provider_timeout").because("job_too_long");
    }
    Optional<Service> service = catalogue.current().find(job.service());
    Optional<Service> looking = service.flatMap(Service::looking);
    if (service.isEmpty() || looking.isEmpty()) {
      // its file may come back before the job is too old
      LOG.warn("a job waits for service={}, which is not sold any more", job.service());
      JobSlots.STEP.put(exchange, "wait");
      return;
    }
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("job", work.upstream());
    CatalogueSlots.PRODUCT.put(exchange, service.get());
    CatalogueSlots.SERVICE.put(exchange, looking.get());
    InputSlots.INPUT.put(exchange, asked);
    InputSlots.JSON.put(exchange, asked.toString());
    JobSlots.STEP.put(exchange, "look");
  }

  /** Somebody else has moved the money, or who did so could not end the job. */
  private void give(Exchange exchange, Jobs.Taken job, JobWork work) throws Refusal {
    if (job.sealedAnswer().length == 0) {
      throw Refusal.of("answer_expired");
    }
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    CorridorSlots.ANSWER.put(
        exchange,
        answers.open(job.sealedAnswer(), job.charge().key(), proof.secret(), work.request()));
    CorridorSlots.RECEIPT.put(exchange, job.receipt());
    CorridorSlots.REPLAYED.put(exchange, job.charge().key());
    JobSlots.STEP.put(exchange, "give");
  }
}
