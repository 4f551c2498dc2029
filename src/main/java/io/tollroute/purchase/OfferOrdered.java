package io.tollroute.purchase;

import io.tollroute.catalog.Catalog;
import io.tollroute.payment.NewPayment;
import io.tollroute.payment.Payments;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the payment that is about to be created what is sold, so that its own terms are shown. */
final class OfferOrdered implements Processor {

  private final PurchaseOffer offer;

  OfferOrdered(PurchaseOffer offer) {
    this.offer = offer;
  }

  @Override
  public void process(Exchange exchange) {
    NewPayment made = Payments.SELLS.of(exchange);
    Catalog.SERVICE.put(
        exchange,
        offer.paidLater(
            made.id(),
            Purchases.PURCHASE.of(exchange).service().title(),
            made.currency(),
            made.cents(),
            made.calls()));
  }
}
