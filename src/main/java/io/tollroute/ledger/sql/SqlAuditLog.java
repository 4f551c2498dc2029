package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AuditLog;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.Objection;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What operators did, in the ledger's database; there are no statements that change a row. */
final class SqlAuditLog implements AuditLog {

  private static final int ID_BYTES = 12;
  private static final int MILLIS = 1000;
  private static final long LATEST = Long.MAX_VALUE / MILLIS;

  private static final String BEGIN =
      "INSERT INTO operator_action (id, at_ms, who, surface, action, object, detail)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";
  private static final String END =
      "INSERT INTO operator_outcome (action_id, at_ms, outcome, said) VALUES (?, ?, ?, ?)";
  private static final String COLUMNS =
      "SELECT a.id, a.at_ms, who, surface, action, object, detail, outcome, said"
          + " FROM operator_action a LEFT JOIN operator_outcome o ON o.action_id = a.id"
          + " WHERE a.at_ms >= ? AND a.at_ms < ?"
          + " AND (a.at_ms < ? OR (a.at_ms = ? AND a.id < ?))";
  private static final String NEWEST_FIRST = " ORDER BY a.at_ms DESC, a.id DESC LIMIT ?";
  private static final String ALL = COLUMNS + NEWEST_FIRST;
  private static final String OF_OBJECT = COLUMNS + " AND object = ?" + NEWEST_FIRST;

  private final Transactions transactions;
  private final Clock clock;
  private final SecureRandom random;

  SqlAuditLog(Transactions transactions, Clock clock, SecureRandom random) {
    this.transactions = transactions;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String begin(Intent intent) throws Refusal {
    byte[] drawn = new byte[ID_BYTES];
    random.nextBytes(drawn);
    String id = "act_" + HexFormat.of().formatHex(drawn);
    transactions.commit(
        statements ->
            statements.update(
                BEGIN,
                id,
                clock.millis(),
                cut(intent.who(), 128),
                cut(intent.surface(), 16),
                cut(intent.action(), 32),
                cut(intent.object(), 400),
                cut(intent.detail(), 1000)));
    return id;
  }

  @Override
  public void end(String id, String outcome, String said) throws Refusal {
    transactions.commit(
        statements -> statements.update(END, id, clock.millis(), cut(outcome, 16), cut(said, 500)));
  }

  @Override
  public BackofficePage<Entry> entries(Filter filter) throws Objection, Refusal {
    if (filter.limit() < 1 || filter.limit() > BackofficeFilter.MAX_LIMIT) {
      throw Objection.invalid("limit must be from 1 to " + BackofficeFilter.MAX_LIMIT + ".");
    }
    Position from = Position.read(filter.cursor());
    List<Object> values = new ArrayList<>();
    values.add(millis(filter.since()));
    values.add(millis(filter.until()));
    values.addAll(List.of(from.millis(), from.millis(), from.id()));
    filter.object().ifPresent(values::add);
    values.add(filter.limit() + 1L);
    String sql = filter.object().isPresent() ? OF_OBJECT : ALL;
    List<Entry> rows =
        transactions.commit(
            statements -> statements.all(sql, SqlAuditLog::entry, values.toArray()));
    if (rows.size() <= filter.limit()) {
      return new BackofficePage<>(rows, Optional.empty());
    }
    Entry last = rows.get(filter.limit() - 1);
    return new BackofficePage<>(
        rows.subList(0, filter.limit()), Optional.of(last.atMillis() + "." + last.id()));
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getString(1),
        row.getLong(2),
        new Intent(
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7)),
        Optional.ofNullable(row.getString(8)),
        Optional.ofNullable(row.getString(9)).orElse(""));
  }

  private static long millis(long seconds) {
    return Math.min(Math.max(seconds, 0), LATEST) * MILLIS;
  }

  private static String cut(String text, int most) {
    // PostgreSQL keeps no NUL
    String kept = text.replace("\0", "");
    return kept.length() <= most ? kept : kept.substring(0, most);
  }

  /** Where a page ended; its text is the cursor. */
  private record Position(long millis, String id) {

    static Position read(Optional<String> cursor) throws Objection {
      if (cursor.isEmpty()) {
        return new Position(Long.MAX_VALUE, "");
      }
      if (!cursor.get().matches("\\d{1,15}\\.[a-z0-9_]{1,64}")) {
        throw Objection.invalid("cursor is none that was given out.");
      }
      int dot = cursor.get().indexOf('.');
      return new Position(
          Long.parseLong(cursor.get().substring(0, dot)), cursor.get().substring(dot + 1));
    }
  }
}
