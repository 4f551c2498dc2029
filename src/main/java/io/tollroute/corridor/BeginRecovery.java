package io.tollroute.corridor;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Recovery;
import io.tollroute.seal.SettlementSeal;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up a stale charge as the call did that left it, up to its settlement. */
public final class BeginRecovery implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(BeginRecovery.class);

  private final SettlementSeal seal;
  private final List<ProofRestorer> restorers;

  /** Opens settlements with {@code seal}. */
  public BeginRecovery(SettlementSeal seal, List<ProofRestorer> restorers) {
    this.seal = seal;
    this.restorers = List.copyOf(restorers);
  }

  /**
   * Fills the slots that the settlement of the message body, a {@link Recovery.Stale}, needs.
   *
   * @throws Refusal {@code settlement_unknown} when it cannot be sent: sealed with a key that is no
   *     longer known
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Recovery.Stale stale = exchange.getMessage().getBody(Recovery.Stale.class);
    CallSlots.REQUEST_ID.put(exchange, "reconciler");
    CorridorSlots.CHARGE.put(exchange, stale.charge());
    CorridorSlots.METHOD.put(exchange, stale.method());
    CorridorSlots.IN_DOUBT.put(exchange, true);
    CorridorSlots.RECONCILING.put(exchange, true);
    byte[] settlement =
        seal.open(stale.sealedSettlement(), stale.charge().key())
            .orElseThrow(BeginRecovery::sealedByAnother);
    ProofRestorer restorer =
        ProofRestorer.of(stale.method(), restorers)
            .orElseThrow(() -> Refusal.of("settlement_unknown").because("payment_method_unknown"));
    CorridorSlots.PROOF.put(exchange, restorer.restore(settlement));
  }

  /** Its key may come back; until then somebody must know that money waits for it. */
  private static Refusal sealedByAnother() {
    LOG.error(
        "alert=seal_key_unknown a settlement was sealed with a key that is not among"
            + " tollroute.ledger.key: see `tollroute charges list --state unknown`");
    return Refusal.of("settlement_unknown").because("seal_key_unknown");
  }
}
