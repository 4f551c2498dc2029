package io.tollroute.job;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Quota;
import io.tollroute.call.Refusal;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.ProofRestorer;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.PaymentProof;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Whether a payment can begin a job: it has to be settled without its buyer, and one payer whose
 * money has not moved yet has only so many jobs, as the same money could be promised for all of
 * them.
 */
final class RequireJobs implements Processor {

  private final Jobs jobs;
  private final List<ProofRestorer> restorers;
  private final int most;

  RequireJobs(Jobs jobs, List<ProofRestorer> restorers, int most) {
    this.jobs = jobs;
    this.restorers = List.copyOf(restorers);
    this.most = most;
  }

  /**
   * Lets work begin.
   *
   * @throws Refusal {@code payment_refused} where the method's payments cannot wait, or {@code
   *     too_many_requests}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    if (ProofRestorer.of(proof.method(), restorers).isEmpty()) {
      throw Refusal.of("payment_refused").because("method_cannot_wait");
    }
    // whose money has moved promises nothing with it
    boolean paid =
        proof.prepaid().isPresent() || CorridorSlots.CHARGE.of(exchange).state() == State.PAID;
    Optional<String> payer = paid ? Optional.empty() : proof.payer();
    if (payer.isPresent() && jobs.goingOn(payer.get()) >= most) {
      CallSlots.QUOTA.put(exchange, new Quota(most, 0, 5, OptionalLong.empty()));
      throw Refusal.of("too_many_requests").because("jobs_going_on");
    }
  }
}
