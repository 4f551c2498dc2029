package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.chain.ChainInquiry;
import io.tollroute.chain.Verdict;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.ChainSearches;
import io.tollroute.ledger.Charge;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides by the chain on a payment of which the facilitator does not say whether it was made. */
public final class ChainEvidence implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(ChainEvidence.class);

  private final ChainSearches searches;
  private final Clock clock;

  /** Goes on with {@code searches} where an earlier one ended. */
  public ChainEvidence(ChainSearches searches, Clock clock) {
    this.searches = searches;
    this.clock = clock;
  }

  /**
   * Fills the receipt of a payment that was made.
   *
   * @throws Refusal {@code settlement_refused} when the authorization was used up otherwise or
   *     ended unused, {@code settlement_unknown} when the chain does not show which; before
   *     anything was sent, {@code payment_refused} and {@code facilitator_unavailable}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    X402Payment payment = X402Slots.payment(exchange);
    Charge charge = CorridorSlots.CHARGE.of(exchange);
    ChainSearches.Search search = searches.of(charge);
    Verdict verdict;
    try (RouteNode node = new RouteNode(exchange.getContext())) {
      verdict =
          new ChainInquiry(node, clock)
              .of(payment.authorized(), search.since(), search.searchedTo());
    }
    if (verdict instanceof Verdict.Paid paid) {
      CorridorSlots.RECEIPT.put(
          exchange, SettlementReading.receipt(true, paid.transaction(), payment).toString());
    } else if (verdict instanceof Verdict.Undecided undecided) {
      LOG.info("the chain does not say whether a payment was made: {}", undecided.why());
      if (undecided.searchedTo() != search.searchedTo()) {
        searches.searched(charge, undecided.searchedTo());
      }
      throw undecided(exchange);
    } else {
      throw refused(exchange);
    }
  }

  /** Before anything was sent nothing of ours is in doubt, and the buyer may come again. */
  private static Refusal undecided(Exchange exchange) {
    return unsent(exchange)
        .map(reason -> Refusal.of("facilitator_unavailable").because(reason))
        .orElseGet(() -> Refusal.of("settlement_unknown"));
  }

  /** Why the payment was refused, where that was before its settlement began. */
  private static Optional<String> unsent(Exchange exchange) {
    return CorridorSlots.CHARGE.of(exchange).state() == Charge.State.CLAIMED
        ? X402Slots.PREEMPTED.find(exchange)
        : Optional.empty();
  }

  private static Refusal refused(Exchange exchange) {
    Optional<String> unsent = unsent(exchange);
    if (unsent.isPresent()) {
      return Refusal.of("payment_refused").because(unsent.get());
    }
    CorridorSlots.RECEIPT.put(
        exchange,
        SettlementReading.receipt(false, "", X402Slots.payment(exchange))
            .put("errorReason", "authorization_not_paid")
            .toString());
    return Refusal.of("settlement_refused").because("authorization_not_paid");
  }
}
