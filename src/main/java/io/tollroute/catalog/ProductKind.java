package io.tollroute.catalog;

/**
 * A kind of what is sold, whose routes {@code check-<name>} and {@code make-<name>} the corridor
 * calls.
 *
 * @param name as in the names of its routes
 */
public record ProductKind(String name) {}
