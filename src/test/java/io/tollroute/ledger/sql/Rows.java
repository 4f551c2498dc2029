package io.tollroute.ledger.sql;

import io.tollroute.testing.Shop;

/** What stands in the database of a shop that is open, which nobody else may open meanwhile. */
public final class Rows {

  private final LedgerHealth database;

  public Rows(Shop shop) {
    this.database = shop.bean("ledgerHealth", LedgerHealth.class);
  }

  /** The number that a query finds. */
  public int count(String query) throws Exception {
    return database.commit(
        statements -> statements.first(query, row -> row.getInt(1)).orElseThrow());
  }
}
