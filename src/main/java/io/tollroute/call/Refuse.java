package io.tollroute.call;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A step that refuses with a fixed word, for the branches of a route that end a call. */
public final class Refuse implements Processor {

  private final String word;

  /** Refuses with {@code word}. */
  public Refuse(String word) {
    this.word = word;
  }

  /**
   * Ends the call.
   *
   * @throws Refusal always, with the exception that led here as its cause
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    throw Refusal.of(word).causedBy(Caught.in(exchange));
  }
}
