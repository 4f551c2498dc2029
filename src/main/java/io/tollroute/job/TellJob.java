package io.tollroute.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.answer.Envelope;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Jobs;
import io.tollroute.seal.JobSeal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.camel.Exchange;

/** Tells a buyer of his job: that it goes on, its answer, or why there is none. */
public final class TellJob {

  private final Envelope envelope;
  private final JobSeal seal;
  private final LookPauses pauses;
  private final String address;

  /** {@code address} is where jobs are looked at, with a slash at its end. */
  TellJob(Envelope envelope, JobSeal seal, LookPauses pauses, String address) {
    this.envelope = envelope;
    this.seal = seal;
    this.pauses = pauses;
    this.address = address;
  }

  /** That it goes on, and where to ask for it. */
  public void working(Exchange exchange) {
    Jobs.View view = JobSlots.VIEW.of(exchange);
    JobName name = JobSlots.NAME.of(exchange);
    int pause = pauses.seconds(1);
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.putObject("job")
        .put("id", name.text())
        .put("state", "working")
        .put("url", address + name.text())
        .put("retryAfterSeconds", pause)
        .put("until", Instant.ofEpochSecond(view.deadline()).toString());
    exchange
        .getMessage()
        .setBody(
            envelope.accepted(
                data.toString().getBytes(StandardCharsets.UTF_8),
                view.isPaid() ? "yes" : "no",
                CallSlots.REQUEST_ID.of(exchange)));
    exchange.getMessage().setHeader("Location", address + name.text());
    exchange.getMessage().setHeader("Retry-After", Integer.toString(pause));
  }

  /**
   * Its answer with the receipt, as it was given first.
   *
   * @throws Refusal {@code answer_expired} when it was sealed with a key that is not ours any more
   */
  public void done(Exchange exchange) throws Refusal {
    JobName name = JobSlots.NAME.of(exchange);
    GivenAnswer given =
        seal.openAnswer(JobSlots.VIEW.of(exchange).sealedAnswer(), name.id(), name.text())
            .map(GivenAnswer::read)
            .orElseThrow(() -> Refusal.of("answer_expired"));
    given.headers().forEach(exchange.getMessage()::setHeader);
    exchange.getMessage().setBody(given.body());
  }

  /**
   * Why there is no answer.
   *
   * @throws Refusal always
   */
  public void failed(Exchange exchange) throws Refusal {
    Jobs.View view = JobSlots.VIEW.of(exchange);
    Refusal refusal = Refusal.of(view.word().orElse("provider_failed"));
    throw view.reason().map(refusal::because).orElse(refusal).told();
  }
}
