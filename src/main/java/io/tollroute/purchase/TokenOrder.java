package io.tollroute.purchase;

import io.tollroute.catalog.Service;
import java.util.Optional;

/**
 * A token as a buyer asks for it.
 *
 * @param service the service of the catalogue whose calls are bought
 * @param calls how many
 * @param units for how many units of input each is; empty where the price does not go by one
 * @param provider the payment provider, as in the route {@code open-payment-<provider>}
 * @param payer who alone may pay it, in lower case; anybody when empty
 */
record TokenOrder(
    Service service, int calls, Optional<Integer> units, String provider, Optional<String> payer) {}
