package io.tollroute.purchase;

import io.tollroute.call.Slot;

/** The slots that the steps of buying a token fill. */
final class PurchaseSlots {

  /** What is asked for. */
  static final Slot<TokenOrder> PURCHASE = new Slot<>("purchase", TokenOrder.class);

  /** The payment provider, for the route {@code open-payment-<provider>}. */
  static final Slot<String> PROVIDER = new Slot<>("paymentProvider", String.class);

  /** The token, to be shown once. */
  static final Slot<String> TOKEN = new Slot<>("token", String.class);

  private PurchaseSlots() {}
}
