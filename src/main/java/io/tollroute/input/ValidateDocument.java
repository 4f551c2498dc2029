package io.tollroute.input;

import io.tollroute.call.Refusal;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Holds the input against rules that are the same for every request. */
public final class ValidateDocument implements Processor {

  private final DocumentRules rules;

  /** Validates by {@code rules}. */
  public ValidateDocument(DocumentRules rules) {
    this.rules = rules;
  }

  /**
   * Lets a valid input pass, without what was left out.
   *
   * @throws Refusal {@code invalid_request}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    InputSlots.INPUT.put(exchange, rules.accept(InputSlots.INPUT.of(exchange)));
  }
}
