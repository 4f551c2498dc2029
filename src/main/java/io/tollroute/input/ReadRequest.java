package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Reads the body of a paid request. */
public final class ReadRequest implements Processor {

  private final RequestReader reader;
  private final CanonicalJson canonical = new CanonicalJson();

  /** Reads with {@code reader}. */
  public ReadRequest(RequestReader reader) {
    this.reader = reader;
  }

  /**
   * Fills the input and its one spelling.
   *
   * @throws Refusal as {@link RequestReader#read}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    Object type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE);
    Optional<String> contentType = type instanceof String one ? Optional.of(one) : Optional.empty();
    ObjectNode input = reader.read(body == null ? new byte[0] : body, contentType);
    InputSlots.INPUT.put(exchange, input);
    InputSlots.CANONICAL.put(exchange, canonical.bytes(input));
  }
}
