package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Listings;
import java.util.List;
import java.util.Optional;

/** The words of facilitators in the ledger's database. */
final class SqlListings implements Listings {

  private static final String KEEP =
      "INSERT INTO listing (service, kind, status, reason, told_at) VALUES (?, ?, ?, ?, ?)"
          + " ON CONFLICT (service, kind) DO UPDATE SET status = excluded.status,"
          + " reason = excluded.reason, told_at = excluded.told_at";
  private static final String ALL =
      "SELECT service, kind, status, reason, told_at FROM listing ORDER BY service, kind";

  private final Transactions transactions;

  SqlListings(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void keep(Listed listed) throws Refusal {
    transactions.commit(
        statements ->
            statements.update(
                KEEP,
                listed.service(),
                listed.kind(),
                listed.status(),
                listed.reason(),
                listed.toldAt()));
  }

  @Override
  public List<Listed> all() throws Refusal {
    return transactions.commit(
        statements ->
            statements.all(
                ALL,
                row ->
                    new Listed(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        Optional.ofNullable(row.getString(4)),
                        row.getLong(5))));
  }
}
