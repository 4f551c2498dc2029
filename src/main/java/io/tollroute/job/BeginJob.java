package io.tollroute.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.input.InputSlots;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.seal.JobSeal;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Writes down that the work goes on as a job, which has the charge from then on. */
final class BeginJob implements Processor {

  private static final int UPSTREAM_LENGTH = 200;

  private final ObjectMapper json = new ObjectMapper();
  private final Jobs jobs;
  private final JobSeal seal;
  private final SecureRandom random;
  private final Clock clock;
  private final LookPauses pauses;

  BeginJob(Jobs jobs, JobSeal seal, SecureRandom random, Clock clock, LookPauses pauses) {
    this.jobs = jobs;
    this.seal = seal;
    this.random = random;
    this.clock = clock;
    this.pauses = pauses;
  }

  /**
   * Takes the provider's name of the job from the body, {@code {"job": "..."}}.
   *
   * @throws Refusal {@code provider_failed} when there is none, or as {@link Jobs#begin}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Service service = CatalogueSlots.SERVICE.of(exchange);
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    JobName name = JobName.drawn(random);
    byte[] work =
        seal.work(
            JobWork.of(
                    name,
                    upstream(exchange.getMessage().getBody(byte[].class)),
                    CallSlots.REQUEST_ID.of(exchange),
                    CallSlots.SURFACE.find(exchange),
                    proof,
                    InputSlots.CANONICAL.of(exchange))
                .bytes());
    int within = service.provider().job().map(Provider.Job::withinSeconds).orElseThrow();
    boolean paid = CorridorSlots.CHARGE.of(exchange).state() == State.PAID;
    jobs.begin(
        CorridorSlots.CHARGE.of(exchange),
        new Jobs.NewJob(
            name.id(),
            service.id(),
            // whose money has moved promises nothing with it
            paid || proof.prepaid().isPresent() ? Optional.empty() : proof.payer(),
            work,
            clock.instant().getEpochSecond() + within,
            clock.millis() + pauses.millis(1)));
    CorridorSlots.JOB.put(exchange, work);
    CorridorSlots.CLAIMED.put(exchange, "working");
    CorridorSlots.CHARGE.clear(exchange);
  }

  private String upstream(byte[] body) throws Refusal {
    try {
      JsonNode job = json.readTree(body == null ? new byte[0] : body).path("job");
      String name = job.isTextual() || job.isNumber() ? job.asText() : "";
      if (!name.isBlank() && name.length() <= UPSTREAM_LENGTH) {
        return name;
      }
    } catch (IOException e) {
      throw Refusal.of("provider_failed").because("answer_not_json").causedBy(e);
    }
    throw Refusal.of("provider_failed").because("job_missing");
  }
}
