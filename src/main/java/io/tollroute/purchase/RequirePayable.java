package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Keeps a signature from paying for what needs no money, is paid in another way, or could not be
 * used: before terms are offered, and again before a new signature moves money.
 */
final class RequirePayable implements Processor {

  private final LiveCatalogue catalogue;
  private final Set<String> settling;
  private final Clock clock;

  /** {@code settling} are the methods that move money. */
  RequirePayable(LiveCatalogue catalogue, List<PaymentMethod> settling, Clock clock) {
    this.catalogue = catalogue;
    this.settling =
        settling.stream()
            .map(PaymentMethod::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    this.clock = clock;
  }

  /**
   * Lets pass what can be paid with a signature.
   *
   * @throws Refusal {@code payment_not_payable}, or {@code invalid_request} for an order that a
   *     signature came with although it is to be paid in another way
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Optional<PrepaidToken> ordered = CorridorSlots.BUYS.find(exchange);
    if (ordered.isPresent()) {
      check(ordered.get());
      return;
    }
    Optional<String> wanted = CorridorSlots.SELLS.find(exchange).map(NewToken::provider);
    if (wanted.filter(provider -> !settling.contains(provider)).isPresent()) {
      throw Refusal.of("invalid_request")
          .at("/providerId")
          .saying(
              "A payment that comes with a signature is paid through "
                  + String.join(", ", settling)
                  + ".");
    }
  }

  private void check(PrepaidToken payment) throws Refusal {
    if (!settling.contains(payment.provider())) {
      throw notPayable("paid_through_" + payment.provider());
    }
    String status = payment.status(clock.instant().getEpochSecond());
    if (!status.equals("pending")) {
      throw notPayable("payment_" + status);
    }
    if (catalogue.current().find(payment.service()).isEmpty()) {
      throw notPayable("service_not_offered");
    }
  }

  private static Refusal notPayable(String reason) {
    return Refusal.of("payment_not_payable").because(reason);
  }
}
