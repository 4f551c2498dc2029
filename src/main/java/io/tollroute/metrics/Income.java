package io.tollroute.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.Backoffice;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.Quote;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts money where its coming in was recorded. A use of a token brings none, as its token has; a
 * counter is good for a curve, and the ledger for accounts.
 */
final class Income {

  private static final Logger LOG = LoggerFactory.getLogger(Income.class);

  private static final double MICROS = 1e6;
  private static final String NONE = "none";

  private record Money(String service, String currency) {}

  private final BoundedNames services = new BoundedNames(CallCounts.SERVICES);
  private final BoundedNames currencies = new BoundedNames(20);
  private final Backoffice books;
  private final OwnWallets own;
  private final Counters<Money> income;
  private final Counters<Money> ownSpent;

  /** Counts in {@code registry}; {@code books} say what a charge was that nobody waits for. */
  Income(MeterRegistry registry, Backoffice books, OwnWallets own) {
    this.books = books;
    this.own = own;
    this.income = money(registry, "tollroute.income", "Money that came in from buyers");
    this.ownSpent =
        money(registry, "tollroute.own.spent", "Money that came in from the operator's wallets");
  }

  private static Counters<Money> money(MeterRegistry registry, String name, String description) {
    return new Counters<>(
        registry,
        name,
        description,
        money -> Tags.of("service", money.service(), "currency", money.currency()));
  }

  /**
   * Shows 0 for what is on sale and has brought nothing yet: what a series begins with is no rise
   * to Prometheus, and would be missing in its sums. Who has more on sale than are told apart sees
   * those that sell.
   */
  void expect(List<Service> onSale) {
    if (onSale.size() <= CallCounts.SERVICES) {
      for (Service service : onSale) {
        income.expect(
            new Money(services.of(service.id()), currencies.of(service.price().currency())));
      }
    }
  }

  /** The settlement of this call was recorded. */
  void settled(Exchange exchange) {
    Optional<PaymentProof> proof =
        CorridorSlots.PROOF.find(exchange).filter(made -> made.amount().isPresent());
    if (proof.isEmpty()) {
      return;
    }
    if (CorridorSlots.RECONCILING.find(exchange).orElse(false)) {
      // neither product nor quote need be those that the charge was made for
      CorridorSlots.CHARGE.find(exchange).map(Charge::key).ifPresent(this::count);
      return;
    }
    proof
        .get()
        .quote()
        .map(Quote::price)
        .or(() -> CatalogueSlots.PRODUCT.find(exchange).map(Product::price))
        .ifPresent(price -> count(exchange, own.made(proof.get()), price));
  }

  private void count(Exchange exchange, boolean isOwn, Price price) {
    String service =
        CorridorSlots.BUYS
            .find(exchange)
            .map(PrepaidToken::service)
            .or(() -> CorridorSlots.SELLS.find(exchange).map(NewToken::service))
            .or(() -> CatalogueSlots.SERVICE.find(exchange).map(Service::id))
            .orElse(NONE);
    add(isOwn, service, price.currency(), price.micros());
  }

  private void count(String charge) {
    try {
      books.charge(charge).ifPresent(this::count);
    } catch (Refusal unavailable) {
      LOG.debug("what was settled late is not in the metrics", unavailable);
    }
  }

  /** The product of a charge for a token is no service, and may name a payment. */
  private void count(ChargeView charge) {
    boolean isToken = charge.buys().isPresent() || charge.service().contains("/");
    add(
        charge.payer().filter(own::isOne).isPresent(),
        isToken ? "token" : charge.service(),
        charge.currency(),
        charge.micros());
  }

  private void add(boolean isOwn, String service, String currency, long micros) {
    Money money = new Money(services.of(service), currencies.of(currency));
    (isOwn ? ownSpent : income).add(money, micros / MICROS);
  }
}
