package io.tollroute.payment;

/**
 * A use of a token that was spent.
 *
 * @param receipt what remains, as JSON, for the buyer's receipt
 */
public record Spent(Charge charge, String receipt) {}
