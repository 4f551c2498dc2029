package io.tollroute.ledger;

/**
 * What a copy of the ledger holds.
 *
 * @param schema the newest step of the schema that it has
 * @param charges how many charges
 * @param payments how many payments
 * @param knownUntil seconds since the epoch: when anything in it was last written; 0 when nothing
 *     was
 */
public record CopyContents(String schema, long charges, long payments, long knownUntil) {}
