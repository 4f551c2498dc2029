package io.tollroute.ledger;

import io.tollroute.catalog.Price;
import io.tollroute.catalog.SettlementOrder;

/**
 * What a payment was made for: the price and the order of work and money that were offered, which
 * need not be those of now.
 */
public record Quote(Price price, SettlementOrder settles) {}
