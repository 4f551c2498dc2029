package io.tollroute.ledger;

import java.util.function.IntSupplier;

/**
 * How much the ledger has to do at the moment.
 *
 * @param busy connections that are at work; none where one thread writes
 * @param waiting commits that wait for their turn
 */
public record LedgerLoad(IntSupplier busy, IntSupplier waiting) {}
