package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Product;
import io.tollroute.ledger.PaymentProof;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Finds the one proof of payment that came with a request. Without one, or with one that pays for
 * something else, it leaves the refusal to be answered with the terms, and nothing else is done.
 */
public final class IdentifyProof implements Processor {

  private record Sent(ProofReader reader, String value) {}

  private final List<ProofReader> readers;

  /** Looks for the proofs that {@code readers} read. */
  public IdentifyProof(List<ProofReader> readers) {
    this.readers = List.copyOf(readers);
  }

  /**
   * Fills the proof, or the refusal.
   *
   * @throws Refusal {@code multiple_payment_methods}, {@code malformed_payment} or {@code
   *     invalid_idempotency_key}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Optional<Sent> sent = sent(exchange);
    if (sent.isEmpty()) {
      CallSlots.REFUSAL.put(exchange, Refusal.of("payment_required"));
      return;
    }
    try {
      Product product = CatalogueSlots.PRODUCT.of(exchange);
      PaymentProof proof = named(exchange, sent.get().reader().read(sent.get().value(), product));
      CorridorSlots.PROOF.put(exchange, proof);
      CorridorSlots.METHOD.put(exchange, proof.method());
      proof.quote().ifPresent(quote -> CatalogueSlots.FIRST.put(exchange, quote.settles().first()));
    } catch (Refusal refusal) {
      if (!refusal.word().equals("payment_refused")) {
        throw refusal;
      }
      CallSlots.REFUSAL.put(exchange, refusal);
    }
  }

  /** IETF draft-ietf-httpapi-idempotency-key-header: a quoted string; many send it bare. */
  private static PaymentProof named(Exchange exchange, PaymentProof proof) throws Refusal {
    Object header = exchange.getMessage().getHeader(IdempotencyKey.HEADER);
    return header == null ? proof : proof.identifiedBy(IdempotencyKey.read(header));
  }

  private Optional<Sent> sent(Exchange exchange) throws Refusal {
    List<Sent> all = new ArrayList<>();
    for (ProofReader reader : readers) {
      Object header = exchange.getMessage().getHeader(reader.header());
      // a header that came twice is a list
      List<?> values = header instanceof List<?> many ? many : Collections.singletonList(header);
      for (Object value : values) {
        if (value instanceof String text && reader.carries(text)) {
          all.add(new Sent(reader, text));
        }
      }
    }
    if (all.size() > 1) {
      throw Refusal.of("multiple_payment_methods");
    }
    return all.stream().findFirst();
  }
}
