package io.tollroute.web;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over the refusal that a step threw. */
public final class NoteRefusal implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteRefusal.class);

  @Override
  public void process(Exchange exchange) {
    Refusal refusal = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Refusal.class);
    Call.REFUSAL.put(exchange, refusal);
    if (refusal.getCause() != null) {
      LOG.warn(
          "refused requestId={} word={} cause={}",
          Call.REQUEST_ID.find(exchange).orElse("none"),
          refusal.word(),
          refusal.getCause().getClass().getName());
    }
  }
}
