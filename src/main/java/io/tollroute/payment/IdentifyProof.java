package io.tollroute.payment;

import io.tollroute.call.Call;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalog;
import io.tollroute.catalog.Service;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Finds the one proof of payment that came with a request. Without one, or with one that pays for
 * something else, it leaves the refusal to be answered with the terms, and nothing else is done.
 */
public final class IdentifyProof implements Processor {

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
    Optional<ProofReader> reader = reader(exchange);
    if (reader.isEmpty()) {
      Call.REFUSAL.put(exchange, Refusal.of("payment_required"));
      return;
    }
    if (!(exchange.getMessage().getHeader(reader.get().header()) instanceof String value)) {
      throw Refusal.of("multiple_payment_methods");
    }
    try {
      Service service = Catalog.SERVICE.of(exchange);
      Proof proof = named(exchange, reader.get().read(value, service));
      Payments.PROOF.put(exchange, proof);
      Payments.METHOD.put(exchange, proof.method());
      proof.quote().ifPresent(quote -> Catalog.SETTLEMENT.put(exchange, quote.settlement().name()));
    } catch (Refusal refusal) {
      if (!refusal.word().equals("payment_refused")) {
        throw refusal;
      }
      Call.REFUSAL.put(exchange, refusal);
    }
  }

  /** IETF draft-ietf-httpapi-idempotency-key-header: a quoted string; many send it bare. */
  private static Proof named(Exchange exchange, Proof proof) throws Refusal {
    Object header = exchange.getMessage().getHeader(IdempotencyKey.HEADER);
    return header == null ? proof : proof.identifiedBy(IdempotencyKey.read(header));
  }

  private Optional<ProofReader> reader(Exchange exchange) throws Refusal {
    ProofReader found = null;
    for (ProofReader reader : readers) {
      if (exchange.getMessage().getHeader(reader.header()) != null) {
        if (found != null) {
          throw Refusal.of("multiple_payment_methods");
        }
        found = reader;
      }
    }
    return Optional.ofNullable(found);
  }
}
