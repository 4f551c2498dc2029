package io.tollroute.web;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Refuses a method, in the words of the address where there are some. */
public final class RefuseMethod implements Processor {

  private static final Slot<String> ADVICE = new Slot<>("advice", String.class);

  @Override
  public void process(Exchange exchange) {
    Refusal refusal = Refusal.of("method_not_allowed");
    Call.REFUSAL.put(exchange, ADVICE.find(exchange).map(refusal::saying).orElse(refusal));
  }
}
