package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.chain.ChainInquiry;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.RestoreMark;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a payment from buying a second time that was made after the backup from which the ledger
 * was restored. What was signed bears no date but its end; so the chain is asked whether it is used
 * up. Where the chain cannot be asked, nothing begins with a payment that may be so old; a
 * facilitator need not look, or may answer once more that it has settled it.
 */
public final class PaidBeforeRestore implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(PaidBeforeRestore.class);

  /** How far the clocks of buyers and ours may differ. */
  private static final long SKEW_SECONDS = 60;

  private final Optional<RestoreMark> mark;
  private final boolean node;
  private final X402Settings settings;
  private final LiveCatalogue catalogue;
  private final Clock clock;

  /**
   * Looks at payments where there is a {@code mark}, through the chain where there is a {@code
   * node}.
   */
  PaidBeforeRestore(
      Optional<RestoreMark> mark,
      boolean node,
      X402Settings settings,
      LiveCatalogue catalogue,
      Clock clock) {
    this.mark = mark;
    this.node = node;
    this.settings = settings;
    this.catalogue = catalogue;
    this.clock = clock;
  }

  /**
   * Lets a payment pass that the ledger has worked on before, or that cannot have bought anything.
   *
   * @throws Refusal {@code payment_refused} for one that is used up, {@code
   *     facilitator_unavailable} when that cannot be said
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    boolean begun =
        CorridorSlots.ANSWER.find(exchange).isPresent()
            || CorridorSlots.IN_DOUBT.find(exchange).orElse(false);
    if (mark.isEmpty() || begun) {
      return;
    }
    X402Payment payment = X402Slots.payment(exchange);
    Optional<Boolean> used = node ? used(exchange, payment) : Optional.empty();
    if (used.orElse(false)) {
      LOG.warn(
          "a payment was refused that is used up and not in the restored ledger: payer={} nonce={}",
          payment.authorization().from(),
          payment.authorization().nonce());
      throw Refusal.of("payment_refused").because("used_before_restore");
    }
    if (used.isEmpty() && mayBeOld(payment, mark.get())) {
      throw Refusal.of("facilitator_unavailable").because("ledger_restored");
    }
  }

  private Optional<Boolean> used(Exchange exchange, X402Payment payment) {
    try (RouteNode asked = new RouteNode(exchange.getContext())) {
      return new ChainInquiry(asked, clock).isUsed(payment.authorized());
    }
  }

  /** Whether it may have been signed before the restore, for terms that were offered then. */
  private boolean mayBeOld(X402Payment payment, RestoreMark restored) {
    long now = clock.instant().getEpochSecond();
    long longest =
        catalogue.current().services().stream()
                .mapToLong(service -> settings.of(service).maxTimeoutSeconds())
                .reduce(settings.maxTimeoutSeconds(), Math::max)
            + SKEW_SECONDS;
    return now < restored.at() + longest || payment.validUntil() > now + longest;
  }
}
