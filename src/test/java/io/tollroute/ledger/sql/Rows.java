package io.tollroute.ledger.sql;

import io.tollroute.testing.Shop;
import java.util.List;

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

  /** The numbers that a query finds. */
  public List<Long> numbers(String query) throws Exception {
    return database.commit(statements -> statements.all(query, row -> row.getLong(1)));
  }
}
