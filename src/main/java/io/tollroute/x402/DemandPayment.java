package io.tollroute.x402;

import io.tollroute.call.Call;
import io.tollroute.catalog.Catalog;
import io.tollroute.payment.Payments;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Answers with the terms: x402 v2 in the header, x402 v1 in the body. */
public final class DemandPayment implements Processor {

  private final TermsBook terms;

  /** Demands what {@code terms} says. */
  public DemandPayment(TermsBook terms) {
    this.terms = terms;
  }

  /** Writes the demand for the refusal that ended the call. */
  @Override
  public void process(Exchange exchange) {
    Terms.Demand demand = terms.of(Catalog.SERVICE.of(exchange)).demand(Call.REFUSAL.of(exchange));
    Message message = exchange.getMessage();
    message.setBody(ByteBuffer.wrap(demand.body(Call.REQUEST_ID.of(exchange))));
    message.setHeader("PAYMENT-REQUIRED", demand.header());
    Optional<String> receipt = Payments.RECEIPT.find(exchange);
    if (receipt.isPresent()) {
      new ReceiptHeader().process(exchange);
    }
  }
}
