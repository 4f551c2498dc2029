package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Jobs;
import io.tollroute.ledger.Recovery;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds in the ledger's database what nobody is working on. */
public final class SqlRecovery implements Recovery {

  private static final long LONGEST_PAUSE_SECONDS = 600;
  private static final long PENDING_MEMORY_SECONDS = 24 * 3600;

  /** Longer than any outcome stays unknown that somebody looks at. */
  private static final long LOST_JOB_SECONDS = 7L * 24 * 3600;

  /** A call that was paused may still claim a payment that has expired since it was read. */
  private static final long CLAIM_MARGIN_SECONDS = 600;

  static final String STALE =
      "SELECT proof_key, fence, state, method, settlement, tries FROM charge WHERE "
          + ChargeRow.OPEN
          + " AND state IN ('SETTLING', 'UNKNOWN') AND lease_until <= ? AND retry_at <= ?"
          + " ORDER BY retry_at, updated_at LIMIT ?";
  private static final String TAKE =
      "UPDATE charge SET state = 'SETTLING', fence = fence + 1, lease_until = ?, tries = tries + 1,"
          + " retry_at = ?, updated_at = ? WHERE proof_key = ? AND fence = ? AND state = ?";
  private static final String CANNOT_SEND =
      "UPDATE charge SET state = 'UNKNOWN', unknown_at = COALESCE(unknown_at, ?), tries = tries + 1,"
          + " retry_at = ?, updated_at = ? WHERE proof_key = ? AND fence = ? AND state = ?";
  static final String DEAD_USES =
      "UPDATE charge SET state = 'RELEASED', identifier = NULL, fence = fence + 1, updated_at = ?"
          + " WHERE "
          + ChargeRow.OPEN
          + " AND state = 'CLAIMED' AND payment IS NOT NULL AND lease_until <= ?"
          + " RETURNING payment";
  static final String DUE =
      "UPDATE charge SET state = 'REFUND_DUE', fence = fence + 1, updated_at = ? WHERE "
          + ChargeRow.OPEN
          + " AND state = 'PAID' AND lease_until <= ? AND settled_at < ? RETURNING proof_key";
  static final String UNDECIDED =
      "SELECT COUNT(*), COALESCE(MIN(unknown_at), ?) FROM charge WHERE "
          + ChargeRow.OPEN
          // always so, but it is what the index is sorted by
          + " AND lease_until >= 0 AND unknown_at IS NOT NULL";
  static final String ERASE_ANSWERS =
      "UPDATE charge SET answer = NULL WHERE keep_until < ? AND state IN ('SETTLED', 'ANSWERED')"
          + " AND answer IS NOT NULL";
  static final String ERASE_CLAIMS =
      "DELETE FROM charge WHERE "
          + ChargeRow.OPEN
          + " AND lease_until < ? AND keep_until < ?"
          // an operator's decision stays in the record
          + " AND decided_at IS NULL"
          + " AND (state IN ('RELEASED', 'ANSWERED') OR (state = 'CLAIMED' AND payment IS NULL))";
  static final String ERASE_CREATIONS =
      "UPDATE payment SET answer = NULL WHERE keep_until < ? AND answer IS NOT NULL";
  static final String ERASE_PENDING =
      "DELETE FROM payment WHERE state = 'PENDING' AND expires_at < ?"
          + " AND NOT EXISTS (SELECT 1 FROM charge WHERE charge.buys = payment.id"
          + " AND charge.state <> 'RELEASED')";

  static final String ERASE_FREE = "DELETE FROM payment WHERE provider = 'free' AND expires_at < ?";

  static final String ERASE_PROBES =
      "DELETE FROM payment WHERE provider = 'probe' AND expires_at < ?";

  private static final long DAY_SECONDS = 24L * 3600;

  /** Nobody is told of more than the last thirty. */
  private static final long FAILURES_DAYS = 90;

  static final String ERASE_FAILURES = "DELETE FROM failed_call WHERE day < ?";

  private final Transactions transactions;
  private final Clock clock;
  private final long leaseSeconds;
  private final long oweSeconds;
  private final EventBook events;

  /**
   * Takes charges over for {@code leaseSeconds}. What is paid and not answered after {@code
   * oweSeconds} is owed back.
   */
  public SqlRecovery(Transactions transactions, Clock clock, long leaseSeconds, long oweSeconds) {
    this(transactions, clock, leaseSeconds, oweSeconds, EventBook.NONE);
  }

  /** The same, which writes in {@code events} what becomes of charges. */
  SqlRecovery(
      Transactions transactions,
      Clock clock,
      long leaseSeconds,
      long oweSeconds,
      EventBook events) {
    this.events = events;
    this.transactions = transactions;
    this.clock = clock;
    this.leaseSeconds = leaseSeconds;
    this.oweSeconds = oweSeconds;
  }

  private record Found(
      String key,
      long fence,
      String state,
      String method,
      Optional<byte[]> settlement,
      long tries) {}

  @Override
  public List<Stale> takeStale(int count) throws Refusal {
    return transactions.commit(
        statements -> {
          List<Stale> taken = new ArrayList<>();
          for (Found found : find(statements, count)) {
            take(statements, found).ifPresent(taken::add);
          }
          return taken;
        });
  }

  private List<Found> find(Statements statements, int count) throws SQLException {
    return statements.all(
        STALE,
        row ->
            new Found(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getBytes(5)),
                row.getLong(6)),
        now(),
        now(),
        count);
  }

  /** Of several processes that found the same charge one takes it: the fence moves on. */
  private Optional<Stale> take(Statements statements, Found found) throws SQLException {
    long retryAt = now() + pause(found.tries());
    if (found.settlement().isEmpty()) {
      // written by a version that did not keep it: only the buyer can send it again
      boolean news = events.isNewsToBeUndecided(statements, found.key());
      int changed =
          statements.update(
              CANNOT_SEND, now(), retryAt, now(), found.key(), found.fence(), found.state());
      if (news && changed == 1) {
        events.tell(statements, EventBook.Type.UNDECIDED, found.key());
      }
      return Optional.empty();
    }
    int taken =
        statements.update(
            TAKE, now() + leaseSeconds, retryAt, now(), found.key(), found.fence(), found.state());
    return taken == 1
        ? Optional.of(
            new Stale(
                new Charge(found.key(), found.fence() + 1, State.SETTLING),
                found.method(),
                found.settlement().get()))
        : Optional.empty();
  }

  /** Twice as long after each attempt, at most ten minutes. */
  private static long pause(long tries) {
    return tries > 6 ? LONGEST_PAUSE_SECONDS : 5L << tries;
  }

  @Override
  public int returnDeadUses() throws Refusal {
    return transactions.commit(
        statements -> {
          List<String> payments = statements.all(DEAD_USES, row -> row.getString(1), now(), now());
          for (String payment : payments) {
            TokenRows.giveBack(statements, payment, now());
          }
          return payments.size();
        });
  }

  @Override
  public int dueRefunds() throws Refusal {
    return transactions.commit(
        statements -> {
          List<String> owed =
              statements.all(DUE, row -> row.getString(1), now(), now(), now() - oweSeconds);
          for (String key : owed) {
            events.tell(statements, EventBook.Type.OWED, key);
          }
          return owed.size();
        });
  }

  @Override
  public Undecided undecided() throws Refusal {
    return transactions.commit(
        statements ->
            statements
                .first(
                    UNDECIDED, row -> new Undecided(row.getLong(1), now() - row.getLong(2)), now())
                .orElseThrow());
  }

  @Override
  public void eraseExpired() throws Refusal {
    transactions.commit(
        statements ->
            statements.update(ERASE_ANSWERS, now())
                + statements.update(ERASE_CLAIMS, now(), now() - CLAIM_MARGIN_SECONDS)
                + statements.update(ERASE_CREATIONS, now())
                + statements.update(ERASE_PENDING, now() - PENDING_MEMORY_SECONDS)
                + statements.update(ERASE_FREE, now() - PENDING_MEMORY_SECONDS)
                + statements.update(ERASE_PROBES, now() - PENDING_MEMORY_SECONDS)
                + statements.update(ERASE_FAILURES, now() / DAY_SECONDS - FAILURES_DAYS)
                + statements.update(SqlJobs.ERASE_ENDED, now() - Jobs.KEPT_SECONDS)
                + statements.update(SqlJobs.ERASE_LOST, now() - LOST_JOB_SECONDS));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
