package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.QuoteBook;
import io.tollroute.ledger.TokenHash;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;

/**
 * The book of quotes in the ledger's database.
 *
 * <p>An offer itself writes nothing: that terms are offered is written a minute ahead. So terms
 * whose process died may be good for up to a minute longer than they should, and never for less.
 */
public final class SqlQuotes implements QuoteBook {

  private static final long AHEAD_SECONDS = 60;

  private static final String OPEN =
      "INSERT INTO quote (process, service, terms_hash, terms, valid_seconds, offered_until, closed)"
          + " VALUES (?, ?, ?, ?, ?, ?, 0)"
          + " ON CONFLICT (process, service, terms_hash) DO UPDATE"
          + " SET offered_until = excluded.offered_until, closed = 0";
  private static final String CLOSE =
      "UPDATE quote SET offered_until = ?, closed = 1"
          + " WHERE process = ? AND service = ? AND terms_hash = ? AND closed = 0";
  private static final String RENEW =
      "UPDATE quote SET offered_until = ? WHERE process = ? AND closed = 0";
  private static final String FORGET = "DELETE FROM quote WHERE offered_until + valid_seconds < ?";
  private static final String STANDING =
      "SELECT MIN(terms) FROM quote WHERE offered_until + valid_seconds >= ?"
          + " GROUP BY service, terms_hash ORDER BY MAX(offered_until) DESC";
  private static final String STANDING_OF =
      "SELECT MIN(terms) FROM quote WHERE service = ? AND offered_until + valid_seconds >= ?"
          + " GROUP BY terms_hash ORDER BY MAX(offered_until) DESC";

  private final Transactions transactions;
  private final Clock clock;
  private final String process;

  /** Writes through {@code transactions} what {@code process}, named as no other, offers. */
  public SqlQuotes(Transactions transactions, Clock clock, String process) {
    this.transactions = transactions;
    this.clock = clock;
    this.process = process;
  }

  @Override
  public void open(Collection<Offered> offered) throws Refusal {
    transactions.commit(
        statements -> {
          for (Offered terms : offered) {
            open(statements, terms);
          }
          return offered.size();
        });
  }

  private void open(Statements statements, Offered offered) throws SQLException {
    statements.update(
        OPEN,
        process,
        offered.service(),
        hash(offered),
        offered.terms(),
        offered.validSeconds(),
        now() + AHEAD_SECONDS);
  }

  @Override
  public void close(Collection<Offered> offered) throws Refusal {
    transactions.commit(
        statements -> {
          int closed = 0;
          for (Offered terms : offered) {
            // a 402 of this very second is one of them
            closed += statements.update(CLOSE, now() + 1, process, terms.service(), hash(terms));
          }
          return closed;
        });
  }

  @Override
  public int renew() throws Refusal {
    return transactions.commit(
        statements -> {
          int open = statements.update(RENEW, now() + AHEAD_SECONDS, process);
          statements.update(FORGET, now());
          return open;
        });
  }

  @Override
  public List<String> standing(String service) throws Refusal {
    return transactions.commit(
        statements -> statements.all(STANDING_OF, row -> row.getString(1), service, now()));
  }

  @Override
  public List<String> standing() throws Refusal {
    return transactions.commit(
        statements -> statements.all(STANDING, row -> row.getString(1), now()));
  }

  private static String hash(Offered offered) {
    return TokenHash.of(offered.terms()).hex();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
