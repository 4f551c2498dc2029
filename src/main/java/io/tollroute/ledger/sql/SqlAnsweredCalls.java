package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AnsweredCalls;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts charges in the ledger's database, by an index of their own. */
final class SqlAnsweredCalls implements AnsweredCalls {

  /** The condition is that of the index charge_answered, word for word. */
  static final String COUNT =
      "SELECT service, COUNT(*), MAX(settled_at) FROM charge"
          + " WHERE state = 'SETTLED' AND buys IS NULL AND cents + rest > 0"
          + " AND settled_at >= ? AND settled_at < ? GROUP BY service";

  /** The first two conditions are those of the index charge_unanswered, word for word. */
  static final String UNANSWERED =
      "SELECT service, COUNT(*) FROM charge"
          + " WHERE state <> 'SETTLED' AND settled_at IS NOT NULL"
          + " AND state IN ('REFUND_DUE', 'REFUNDED', 'CREDITED')"
          + " AND buys IS NULL AND payment IS NULL"
          + " AND settled_at >= ? AND settled_at < ? GROUP BY service";

  private final Transactions transactions;

  SqlAnsweredCalls(Transactions transactions) {
    this.transactions = transactions;
  }

  private record Row(String service, Answered answered) {}

  @Override
  public Map<String, Answered> between(long from, long until) throws Refusal {
    List<Row> rows =
        transactions.commit(
            statements ->
                statements.all(
                    COUNT,
                    row -> new Row(row.getString(1), new Answered(row.getLong(2), row.getLong(3))),
                    from,
                    until));
    return rows.stream().collect(Collectors.toMap(Row::service, Row::answered));
  }

  @Override
  public Map<String, Long> unanswered(long from, long until) throws Refusal {
    return transactions
        .commit(
            statements ->
                statements.all(
                    UNANSWERED, row -> Map.entry(row.getString(1), row.getLong(2)), from, until))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
