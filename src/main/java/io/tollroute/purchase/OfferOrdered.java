package io.tollroute.purchase;

import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.ledger.NewToken;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the payment that is about to be created what is sold, so that its own terms are shown. */
final class OfferOrdered implements Processor {

  @Override
  public void process(Exchange exchange) {
    NewToken made = CorridorSlots.SELLS.of(exchange);
    CatalogueSlots.sell(
        exchange,
        TokenOffer.paidLater(
            made.id(),
            PurchaseSlots.PURCHASE.of(exchange).service().title(),
            made.currency(),
            made.micros(),
            made.calls()));
  }
}
