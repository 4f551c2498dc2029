package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.Movement;
import io.tollroute.ledger.Movement.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads money by its time from the ledger's database; each statement has an index of its own. */
final class SqlJournal implements Journal {

  private static final String PAID_BACK_BESIDE_EXCESS =
      "("
          + MoneyColumns.REFUNDED
          + " - CASE WHEN excess_refunded_at IS NULL THEN 0 ELSE "
          + MoneyColumns.EXCESS
          + " END)";

  private static final String CAME_IN =
      "SELECT settled_at, "
          + MoneyColumns.PRICE
          + ", currency, service, method, amount, payer, proof_key, buys, receipt, NULL, NULL"
          + " FROM charge WHERE ";

  private static final String IN_TIME = " AND settled_at >= ? AND settled_at < ?";

  private static final String BY_TIME = " ORDER BY settled_at, proof_key LIMIT ?";

  /** The first three conditions are those of the index charge_answered, word for word. */
  private static final String CALLS =
      CAME_IN
          + "state = 'SETTLED' AND buys IS NULL AND cents + rest > 0 AND payment IS NULL"
          + IN_TIME
          + BY_TIME;

  private static final String ORDERS =
      CAME_IN + "state = 'SETTLED' AND buys IS NOT NULL AND payment IS NULL" + IN_TIME + BY_TIME;

  /** The first two conditions are those of the index charge_unanswered, word for word. */
  private static final String UNANSWERED =
      CAME_IN
          + "state <> 'SETTLED' AND settled_at IS NOT NULL AND payment IS NULL"
          + " AND state IN ('PAID', 'REFUND_DUE', 'REFUNDED', 'CREDITED')"
          + IN_TIME
          + BY_TIME;

  private static final String INVOICES =
      "SELECT paid_at, calls * "
          + MoneyColumns.PRICE
          + " + "
          + MoneyColumns.EXCESS
          + ", currency, service, provider, NULL, payer, NULL, id, receipt, NULL, reference"
          + " FROM payment WHERE provider = 'manual' AND paid_at IS NOT NULL"
          // said so that the index of credits is not taken, in which nearly all payments are
          + " AND COALESCE(credit_of, '') = '' AND paid_at >= ? AND paid_at < ?"
          + " ORDER BY paid_at, id LIMIT ?";

  private static final String CHARGES_BACK =
      "SELECT refunded_at, -"
          + MoneyColumns.REFUNDED
          + ", currency, service, method, NULL, payer, proof_key, buys, receipt,"
          + " refund_transaction, note FROM charge WHERE refunded_at IS NOT NULL AND "
          + MoneyColumns.REFUNDED
          + " > 0 AND refunded_at >= ? AND refunded_at < ?"
          + " ORDER BY refunded_at, proof_key LIMIT ?";

  private static final String PAYMENTS_BACK =
      "SELECT refunded_at, -"
          + PAID_BACK_BESIDE_EXCESS
          + ", currency, service, provider, NULL, payer, credit_of, id, receipt,"
          + " refund_transaction, note FROM payment WHERE refunded_at IS NOT NULL AND "
          + PAID_BACK_BESIDE_EXCESS
          + " > 0 AND refunded_at >= ? AND refunded_at < ?"
          + " ORDER BY refunded_at, id LIMIT ?";

  /** The note is of the refund that came last. */
  private static final String EXCESS_BACK =
      "SELECT excess_refunded_at, -"
          + MoneyColumns.EXCESS
          + ", currency, service, provider, NULL, payer, credit_of, id, receipt,"
          + " excess_refund_transaction, CASE WHEN state = 'REFUNDED' THEN NULL ELSE note END"
          + " FROM payment WHERE excess_refunded_at IS NOT NULL"
          + " AND excess_refunded_at >= ? AND excess_refunded_at < ?"
          + " ORDER BY excess_refunded_at, id LIMIT ?";

  /** All of them. */
  static final List<String> STATEMENTS =
      List.of(CALLS, ORDERS, UNANSWERED, INVOICES, CHARGES_BACK, PAYMENTS_BACK, EXCESS_BACK);

  /** The same movements, added up by the database. */
  private static final List<String> SUMS =
      STATEMENTS.stream()
          .map(
              sql ->
                  "WITH movement (at, micros, currency, service, method, amount, payer, charge_key,"
                      + " bought, receipt, refund_transaction, said) AS ("
                      + sql
                      + ") SELECT currency, COUNT(*), SUM(micros) FROM movement GROUP BY currency")
          .toList();

  /** Within a second the same however the states of charges change. */
  private static final Comparator<Movement> ORDER =
      Comparator.comparingLong(Movement::at)
          .thenComparing(Movement::kind)
          .thenComparing(movement -> movement.charge().or(movement::order).orElse(""))
          .thenComparing(Movement::micros);

  private final Transactions transactions;

  SqlJournal(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Page between(long from, long until, int limit) throws Refusal {
    return transactions.commit(statements -> page(statements, from, until, limit));
  }

  @Override
  public List<Sum> sums(long from, long until) throws Refusal {
    return transactions.commit(
        statements -> {
          Map<String, Sum> sums = new TreeMap<>();
          for (String sql : SUMS) {
            statements
                .all(sql, SqlJournal::sum, from, until, Long.MAX_VALUE)
                .forEach(sum -> sums.merge(sum.currency(), sum, SqlJournal::together));
          }
          return List.copyOf(sums.values());
        });
  }

  private static Sum sum(ResultSet row) throws SQLException {
    long count = row.getLong(2);
    long micros = row.getLong(3);
    return micros < 0
        ? new Sum(row.getString(1), 0, 0, -micros)
        : new Sum(row.getString(1), count, micros, 0);
  }

  private static Sum together(Sum one, Sum other) {
    return new Sum(
        one.currency(),
        one.sales() + other.sales(),
        one.receivedMicros() + other.receivedMicros(),
        one.refundedMicros() + other.refundedMicros());
  }

  private static Page page(Statements statements, long from, long until, int limit)
      throws SQLException {
    List<Movement> found = all(statements, from, until, limit + 1L);
    if (found.size() <= limit) {
      return new Page(found, Optional.empty());
    }
    // of the seconds before this one all is there, as each statement has one more than fits
    long end = found.get(limit).at();
    if (found.get(0).at() < end) {
      return new Page(
          found.stream().takeWhile(movement -> movement.at() < end).toList(), Optional.of(end));
    }
    List<Movement> second = all(statements, end, end + 1, Integer.MAX_VALUE);
    return new Page(second, Optional.of(end + 1).filter(next -> next < until));
  }

  private static List<Movement> all(Statements statements, long from, long until, long limit)
      throws SQLException {
    List<Movement> found = new ArrayList<>();
    for (String sql : STATEMENTS) {
      Kind kind = kind(sql);
      found.addAll(statements.all(sql, row -> movement(row, kind), from, until, limit));
    }
    found.sort(ORDER);
    return found;
  }

  private static Kind kind(String sql) {
    if (sql.equals(INVOICES)) {
      return Kind.INVOICE;
    }
    return sql.startsWith(CAME_IN) ? Kind.CALL : Kind.REFUND;
  }

  private static Movement movement(ResultSet row, Kind kind) throws SQLException {
    Optional<String> order = text(row, 9);
    return new Movement(
        kind == Kind.CALL && order.isPresent() ? Kind.ORDER : kind,
        row.getLong(1),
        row.getLong(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        text(row, 6),
        text(row, 7),
        text(row, 8),
        order,
        text(row, 10),
        text(row, 11),
        text(row, 12));
  }

  private static Optional<String> text(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }
}
