package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.CatalogueSlots;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** How to pay what is sold with a signature: its x402 v2 terms, and where to send it. */
public final class PayInstructions implements Processor {

  private final TermsBook terms;

  /** Shows what {@code terms} says. */
  public PayInstructions(TermsBook terms) {
    this.terms = terms;
  }

  @Override
  public void process(Exchange exchange) {
    ObjectNode offer = terms.of(CatalogueSlots.PRODUCT.of(exchange)).offer();
    offer
        .putObject("pay")
        .put("method", "POST")
        .put("url", offer.path("resource").path("url").textValue())
        .put("header", X402ProofReader.V2_HEADER);
    exchange.getMessage().setBody(offer.toString());
  }
}
