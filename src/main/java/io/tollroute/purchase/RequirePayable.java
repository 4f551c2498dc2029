package io.tollroute.purchase;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.payment.NewPayment;
import io.tollroute.payment.Payment;
import io.tollroute.payment.Payments;
import java.time.Clock;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Keeps a signature from paying for what needs no money, is paid in another way, or could not be
 * used: before terms are offered, and again before a new signature moves money.
 */
final class RequirePayable implements Processor {

  private static final String PROVIDER = "x402";

  private final LiveCatalogue catalogue;
  private final Clock clock;

  RequirePayable(LiveCatalogue catalogue, Clock clock) {
    this.catalogue = catalogue;
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
    Optional<Payment> ordered = Payments.BUYS.find(exchange);
    if (ordered.isPresent()) {
      check(ordered.get());
      return;
    }
    Optional<String> wanted = Payments.SELLS.find(exchange).map(NewPayment::provider);
    if (wanted.filter(provider -> !provider.equals(PROVIDER)).isPresent()) {
      throw Refusal.of("invalid_request")
          .at("/providerId")
          .saying("A payment that comes with a signature is paid through x402.");
    }
  }

  private void check(Payment payment) throws Refusal {
    if (!payment.provider().equals(PROVIDER)) {
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
