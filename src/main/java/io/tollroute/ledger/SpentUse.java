package io.tollroute.ledger;

/**
 * A use of a token that was spent.
 *
 * @param receipt what remains, as JSON, for the buyer's receipt
 */
public record SpentUse(Charge charge, String receipt) {}
