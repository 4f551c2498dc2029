package io.tollroute.x402;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Writes the body for verify and settle: the payment with our own requirements, never with what the
 * buyer says he accepted. The same payment always makes the same body.
 */
public final class FacilitatorRequest implements Processor {

  private final ObjectMapper json = new ObjectMapper();

  @Override
  public void process(Exchange exchange) throws JsonProcessingException {
    exchange.getMessage().setBody(json.writeValueAsBytes(X402Slots.payment(exchange).request()));
  }
}
