package io.tollroute.web;

import io.tollroute.answer.ErrorWords;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Slot;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Says whether a refusal is answered with the terms: a buyer may mend it by paying. */
public final class SortRefusal implements Processor {

  private static final Slot<Boolean> DEMANDS_PAYMENT = new Slot<>("demandsPayment", Boolean.class);

  private final ErrorWords words;

  /** Sorts by the status of a word's row. */
  public SortRefusal(ErrorWords words) {
    this.words = words;
  }

  @Override
  public void process(Exchange exchange) {
    int status = words.of(CallSlots.REFUSAL.of(exchange).word()).status();
    DEMANDS_PAYMENT.put(exchange, status == words.of("payment_required").status());
  }
}
