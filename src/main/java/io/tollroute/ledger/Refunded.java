package io.tollroute.ledger;

import java.util.Optional;

/**
 * Money that an operator has paid back.
 *
 * @param at seconds since the epoch
 * @param transaction by which, where it was noted
 */
public record Refunded(long at, Optional<String> transaction) {}
