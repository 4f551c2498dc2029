package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.input.CanonicalJson;
import io.tollroute.input.InputSlots;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenBook;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Finds the payment that the header {@code paymentId} names. */
final class FindPayment implements Processor {

  private final TokenBook book;
  private final LiveCatalogue catalogue;

  FindPayment(TokenBook book, LiveCatalogue catalogue) {
    this.book = book;
    this.catalogue = catalogue;
  }

  /**
   * Fills the payment, and its token as what is sold. Paying takes no input.
   *
   * @throws Refusal {@code unknown_payment}
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    String id = exchange.getMessage().getHeader("paymentId", "", String.class);
    PrepaidToken payment =
        book.find(id)
            .filter(found -> !found.isFree())
            .orElseThrow(() -> Refusal.of("unknown_payment"));
    CorridorSlots.BUYS.put(exchange, payment);
    PurchaseSlots.PROVIDER.put(exchange, payment.provider());
    String title =
        catalogue.current().find(payment.service()).map(Service::title).orElse(payment.service());
    CatalogueSlots.sell(
        exchange,
        TokenOffer.paidLater(
            payment.id(), title, payment.currency(), payment.micros(), payment.calls()));
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    InputSlots.INPUT.put(exchange, nothing);
    InputSlots.CANONICAL.put(exchange, new CanonicalJson().bytes(nothing));
  }
}
