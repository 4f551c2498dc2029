package io.tollroute.corridor;

import io.tollroute.answer.ErrorWords;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Ledger;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the charge of a call that failed. Before the settlement it is released; during it only a
 * refusal that rules out that money moved releases it, and everything else leaves it unknown and is
 * told to the buyer as unknown. What was paid before the work stays paid, and the answer is owed.
 */
public final class EndCharge implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(EndCharge.class);

  /** Refusals after which a settlement that was never in doubt has certainly moved nothing. */
  private static final Set<String> NOTHING_MOVED =
      Set.of("settlement_refused", "facilitator_unavailable", "provider_timeout");

  /** Refusals that tell the buyer already that the outcome is open. */
  private static final Set<String> UNDECIDED = Set.of("settlement_unknown", "payment_in_progress");

  /** From here on it is not the buyer's doing. */
  private static final int OURS = 500;

  private final Ledger ledger;
  private final ErrorWords words;

  /** Ends charges in {@code ledger}; {@code words} tell whose doing it was. */
  public EndCharge(Ledger ledger, ErrorWords words) {
    this.ledger = ledger;
    this.words = words;
  }

  @Override
  public void process(Exchange exchange) {
    Optional<Charge> held = CorridorSlots.CHARGE.find(exchange);
    if (held.isEmpty()) {
      return;
    }
    Charge charge = held.get();
    Refusal refusal = CallSlots.REFUSAL.of(exchange);
    try {
      end(exchange, charge, refusal);
    } catch (Refusal unwritten) {
      // the lease ends by itself, and then the reconciler settles what was kept
      if (charge.state() == State.SETTLING || refusal.word().equals("ledger_unavailable")) {
        unknown(exchange, refusal);
      }
      LOG.error(
          "alert=charge_not_ended requestId={} its lease ends by itself; why: {}",
          CallSlots.REQUEST_ID.find(exchange).orElse("none"),
          unwritten.word());
    }
  }

  private void end(Exchange exchange, Charge charge, Refusal refusal) throws Refusal {
    if (charge.state() == State.REFUND_DUE) {
      return;
    }
    if (charge.state() == State.PAID) {
      CallSlots.REFUSAL.put(
          exchange, Refusal.of("answer_owed").because(refusal.word()).causedBy(refusal));
      ledger.release(charge);
    } else if (isReleased(charge, refusal)) {
      if (releases(exchange, charge, refusal)) {
        CorridorSlots.RELEASED.put(exchange, true);
      } else {
        unknown(exchange, refusal);
      }
    } else {
      if (!refusal.word().equals("settlement_unknown")) {
        CallSlots.REFUSAL.put(exchange, Refusal.of("settlement_unknown").causedBy(refusal));
      }
      ledger.unknown(charge);
    }
  }

  /** Says nothing that somebody who holds the charge now could make a lie. */
  private static void unknown(Exchange exchange, Refusal refusal) {
    if (!UNDECIDED.contains(refusal.word())) {
      CallSlots.REFUSAL.put(exchange, Refusal.of("settlement_unknown").causedBy(refusal));
    }
  }

  /** Nobody writes rows that stay, or makes a service look bad, with what is worth nothing. */
  private boolean releases(Exchange exchange, Charge charge, Refusal refusal) throws Refusal {
    boolean shown =
        CorridorSlots.VERIFIED.find(exchange).orElse(false)
            || CorridorSlots.PROOF
                .find(exchange)
                .filter(proof -> proof.prepaid().isEmpty())
                .isEmpty();
    return shown && isCall(exchange) && words.of(refusal.word()).status() >= OURS
        ? ledger.fail(charge, refusal.word())
        : ledger.refuse(charge, refusal.word(), shown);
  }

  /** And no order; who looks at a job that is too old knows no product. */
  private static boolean isCall(Exchange exchange) {
    return CatalogueSlots.PRODUCT
        .find(exchange)
        .filter(product -> !(product instanceof Service))
        .isEmpty();
  }

  private static boolean isReleased(Charge charge, Refusal refusal) {
    return charge.state() == State.CLAIMED || NOTHING_MOVED.contains(refusal.word());
  }
}
