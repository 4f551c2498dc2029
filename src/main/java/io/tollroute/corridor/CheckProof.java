package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.ledger.PaymentProof;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sees whose a proof is, as far as that can be seen, before anything is done for it. */
public final class CheckProof implements Processor {

  private final Map<String, ProofCheck> checks;

  /** A method without a check of its own has proofs of which only others can say something. */
  public CheckProof(List<ProofCheck> checks) {
    this.checks =
        checks.stream()
            .collect(Collectors.toUnmodifiableMap(ProofCheck::method, Function.identity()));
  }

  /** Fills the proof with what is known of it now. */
  @Override
  public void process(Exchange exchange) {
    PaymentProof proof = CorridorSlots.PROOF.of(exchange);
    Optional.ofNullable(checks.get(proof.method()))
        .ifPresent(check -> CorridorSlots.PROOF.put(exchange, check.check(proof, sale(exchange))));
  }

  private static ProofCheck.Sale sale(Exchange exchange) {
    return new ProofCheck.Sale(
        CatalogueSlots.PRODUCT.of(exchange),
        CallSlots.SURFACE.find(exchange).filter("mcp"::equals).isPresent());
  }
}
