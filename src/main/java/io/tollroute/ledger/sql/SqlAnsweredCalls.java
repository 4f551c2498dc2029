package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AnsweredCalls;
import io.tollroute.ledger.Waits;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts charges in the ledger's database, by an index of their own. */
final class SqlAnsweredCalls implements AnsweredCalls {

  /**
   * Rounded up to two digits that count, so that a day has some dozens of them and not thousands.
   */
  private static final String ROUNDED =
      "CASE WHEN milliseconds < 100 THEN milliseconds"
          + " WHEN milliseconds < 1000 THEN (milliseconds + 9) / 10 * 10"
          + " WHEN milliseconds < 10000 THEN (milliseconds + 99) / 100 * 100"
          + " ELSE (milliseconds + 999) / 1000 * 1000 END";

  /** The condition is that of the index charge_answered, word for word. */
  static final String COUNT =
      "SELECT service, "
          + ROUNDED
          + ", COUNT(*), MAX(settled_at) FROM charge"
          + " WHERE state = 'SETTLED' AND buys IS NULL AND cents + rest > 0"
          + " AND settled_at >= ? AND settled_at < ? GROUP BY 1, 2";

  /** The first two conditions are those of the index charge_unanswered, word for word. */
  static final String UNANSWERED =
      "SELECT service, COUNT(*) FROM charge"
          + " WHERE state <> 'SETTLED' AND settled_at IS NOT NULL"
          + " AND state IN ('REFUND_DUE', 'REFUNDED', 'CREDITED')"
          + " AND buys IS NULL AND payment IS NULL"
          + " AND settled_at >= ? AND settled_at < ? GROUP BY service";

  static final String FAILED =
      "SELECT service, SUM(calls) FROM failed_call WHERE day >= ? GROUP BY service";

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
                    row ->
                        new Row(
                            row.getString(1),
                            new Answered(row.getLong(3), row.getLong(4), waits(row))),
                    from,
                    until));
    return rows.stream().collect(Collectors.toMap(Row::service, Row::answered, Answered::and));
  }

  private static Waits waits(ResultSet row) throws SQLException {
    long milliseconds = row.getLong(2);
    return row.wasNull()
        ? Waits.NONE
        : new Waits(new TreeMap<>(Map.of(milliseconds, row.getLong(3))));
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

  @Override
  public Map<String, Long> failed(long from) throws Refusal {
    return transactions
        .commit(
            statements ->
                statements.all(FAILED, row -> Map.entry(row.getString(1), row.getLong(2)), from))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
