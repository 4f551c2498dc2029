package io.tollroute.web;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Caught;
import io.tollroute.call.Refusal;
import io.tollroute.log.HttpAnswer;
import io.tollroute.log.SparseLog;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over the refusal that a step threw. */
public final class NoteRefusal implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteRefusal.class);

  private final SparseLog log;

  /** Says in {@code log} what is behind a refusal. */
  public NoteRefusal(SparseLog log) {
    this.log = log;
  }

  @Override
  public void process(Exchange exchange) {
    Refusal refusal = (Refusal) Caught.in(exchange);
    CallSlots.REFUSAL.put(exchange, refusal);
    String why = why(exchange, refusal);
    if (!why.isEmpty() && !refusal.isTold()) {
      log.warn(
          LOG,
          refusal.word() + why,
          "refused requestId="
              + CallSlots.REQUEST_ID.find(exchange).orElse("none")
              + " word="
              + refusal.word()
              + why);
    }
  }

  /** What is behind it: the exception, and what a provider's HTTP call had brought. */
  private static String why(Exchange exchange, Refusal refusal) {
    String cause =
        refusal.getCause() == null ? "" : " cause=" + refusal.getCause().getClass().getName();
    HttpAnswer answer = HttpAnswer.of(exchange);
    boolean ofProvider = exchange.getVariable("stage") != null && answer.status() >= 300;
    return ofProvider ? cause + " " + answer : cause;
  }
}
