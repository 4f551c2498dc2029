package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.OpenCharges;
import java.util.List;

/** Sums the charges that are in the index charge_open, and reads no others. */
final class SqlOpenCharges implements OpenCharges {

  static final String SUMS =
      "SELECT state, currency, COUNT(*), SUM("
          + MoneyColumns.PRICE
          + ") FROM charge WHERE "
          + ChargeRow.OPEN
          // always so, but it is what the index is sorted by
          + " AND lease_until >= 0 GROUP BY state, currency";

  private final Transactions transactions;

  SqlOpenCharges(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Sum> sums() throws Refusal {
    return transactions.commit(
        statements ->
            statements.all(
                SUMS,
                row ->
                    new Sum(
                        Charge.State.valueOf(row.getString(1)),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4))));
  }
}
