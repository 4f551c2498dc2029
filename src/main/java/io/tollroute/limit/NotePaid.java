package io.tollroute.limit;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Whoever has paid is no stranger any more, and has made up for what he had for nothing. */
public final class NotePaid implements Processor {

  private final LimitStrangers strangers;
  private final UnchargedCalls uncharged;

  NotePaid(LimitStrangers strangers, UnchargedCalls uncharged) {
    this.strangers = strangers;
    this.uncharged = uncharged;
  }

  @Override
  public void process(Exchange exchange) {
    strangers.paid(exchange);
    uncharged.paid(exchange);
  }
}
