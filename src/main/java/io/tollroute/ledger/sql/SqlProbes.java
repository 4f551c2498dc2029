package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Probes;
import java.util.Map;
import java.util.stream.Collectors;

/** The operator's own calls in the ledger's database: a row a service. */
final class SqlProbes implements Probes {

  private static final String TAKE =
      "INSERT INTO probe (service, begun_at, lease_until) VALUES (?, ?, ?)"
          + " ON CONFLICT (service) DO UPDATE SET begun_at = excluded.begun_at,"
          + " lease_until = excluded.lease_until"
          + " WHERE probe.begun_at <= ? AND probe.lease_until <= ?";
  private static final String ENDED =
      "UPDATE probe SET lease_until = 0, ended_at = ?, outcome = ?, milliseconds = ?"
          + " WHERE service = ? AND begun_at = ?";
  private static final String LAST =
      "SELECT service, ended_at, outcome, milliseconds FROM probe WHERE ended_at IS NOT NULL";

  private final Transactions transactions;

  SqlProbes(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public boolean take(String service, long begunAt, long pauseSeconds, long leaseSeconds)
      throws Refusal {
    return transactions.commit(
            statements ->
                statements.update(
                    TAKE,
                    service,
                    begunAt,
                    begunAt + leaseSeconds,
                    begunAt - pauseSeconds,
                    begunAt))
        == 1;
  }

  @Override
  public void ended(String service, long begunAt, Last last) throws Refusal {
    transactions.commit(
        statements ->
            statements.update(
                ENDED, last.endedAt(), last.outcome(), last.milliseconds(), service, begunAt));
  }

  @Override
  public Map<String, Last> last() throws Refusal {
    return transactions
        .commit(
            statements ->
                statements.all(
                    LAST,
                    row ->
                        Map.entry(
                            row.getString(1),
                            new Last(row.getLong(2), row.getString(3), row.getLong(4)))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
