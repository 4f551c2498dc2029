package io.tollroute.corridor;

import io.tollroute.answer.Envelope;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Product;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Answers with the terms: our envelope, and what each payment method adds. */
public final class DemandPayment implements Processor {

  private static final String REQUEST_ID_MARK = "@request-id@";
  private static final int REFUSALS_KEPT = 64;

  private final Map<String, Opening> ready = new ConcurrentHashMap<>();
  private final Envelope envelope;
  private final List<PaymentTerms> methods;

  /** What is the same for every 402 with the same refusal, up to and after the request's id. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Opening(byte[] upToRequestId, byte[] afterRequestId) {}

  /** Demands one of {@code methods}. */
  public DemandPayment(Envelope envelope, List<PaymentTerms> methods) {
    this.envelope = envelope;
    this.methods = List.copyOf(methods);
  }

  /** Writes the demand for the refusal that ended the call. */
  @Override
  public void process(Exchange exchange) {
    Product sold = CatalogueSlots.PRODUCT.of(exchange);
    Refusal refusal = CallSlots.REFUSAL.of(exchange);
    Opening opening = opening(refusal);
    Message message = exchange.getMessage();
    ByteArrayOutputStream body = new ByteArrayOutputStream(4096);
    body.writeBytes(opening.upToRequestId());
    body.writeBytes(CallSlots.REQUEST_ID.of(exchange).getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(opening.afterRequestId());
    for (PaymentTerms method : methods) {
      PaymentTerms.Part part = method.of(sold, refusal);
      part.headers().forEach(message::setHeader);
      if (part.members().length > 0) {
        body.write(',');
        body.writeBytes(part.members());
      }
    }
    body.write('}');
    message.setBody(body.toByteArray());
  }

  private Opening opening(Refusal refusal) {
    if (refusal.sentence().isPresent() || refusal.param().isPresent()) {
      return made(refusal);
    }
    String key = refusal.word() + "/" + refusal.reason().orElse("");
    Opening known = ready.get(key);
    if (known != null) {
      return known;
    }
    Opening made = made(refusal);
    // reasons come from others: keep the usual ones, not whatever they may think of
    if (ready.size() < REFUSALS_KEPT) {
      ready.put(key, made);
    }
    return made;
  }

  private Opening made(Refusal refusal) {
    String text = new String(envelope.failure(refusal, REQUEST_ID_MARK), StandardCharsets.UTF_8);
    int mark = text.indexOf(REQUEST_ID_MARK);
    return new Opening(
        text.substring(0, mark).getBytes(StandardCharsets.UTF_8),
        // the methods' members come before the end of the object
        text.substring(mark + REQUEST_ID_MARK.length(), text.length() - 1)
            .getBytes(StandardCharsets.UTF_8));
  }
}
