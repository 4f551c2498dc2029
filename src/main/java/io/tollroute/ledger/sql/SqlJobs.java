package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.Jobs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Jobs in the ledger's database. */
public final class SqlJobs implements Jobs {

  /** For the last look, and what is written after it. */
  private static final long MARGIN_SECONDS = 60;

  private static final int REASON_LENGTH = 128;
  private static final int PAYER_LENGTH = 64;

  private static final String HOLD =
      "UPDATE charge SET lease_until = ?, updated_at = ? WHERE proof_key = ? AND fence = ?"
          + " AND state IN ('CLAIMED', 'PAID')";
  private static final String INSERT =
      "INSERT INTO job (id, proof_key, fence, service, payer, state, work, begun_at, deadline,"
          + " look_at, lease_until, looks) VALUES (?, ?, ?, ?, ?, 'WORKING', ?, ?, ?, ?, 0, 0)";
  static final String GOING_ON = "SELECT COUNT(*) FROM job WHERE payer = ? AND state = 'WORKING'";
  static final String DUE =
      "SELECT id FROM job WHERE state = 'WORKING' AND look_at <= ? AND lease_until <= ?"
          + " ORDER BY look_at LIMIT ?";
  private static final String TAKE =
      "UPDATE job SET lease_until = ?, looks = looks + 1 WHERE id = ? AND state = 'WORKING'"
          + " AND lease_until <= ?";
  private static final String TAKEN =
      "SELECT job.service, job.looks, job.work, job.deadline, job.proof_key, job.fence,"
          + " charge.state, charge.fence, charge.answer, charge.receipt"
          + " FROM job LEFT JOIN charge ON charge.proof_key = job.proof_key WHERE job.id = ?";
  private static final String LATER =
      "UPDATE job SET look_at = ?, lease_until = 0 WHERE id = ? AND looks = ? AND state = 'WORKING'";
  private static final String END =
      "UPDATE job SET state = ?, answer = ?, word = ?, reason = ?, work = NULL, lease_until = 0,"
          + " ended_at = ? WHERE id = ? AND looks = ? AND state = 'WORKING'";
  private static final String FIND =
      "SELECT job.state, job.word, job.reason, job.answer, job.deadline, charge.state"
          + " FROM job LEFT JOIN charge ON charge.proof_key = job.proof_key WHERE job.id = ?";
  private static final String OF_CLAIM =
      "SELECT work FROM job WHERE proof_key = ? AND fence = ? AND state = 'WORKING'";
  static final String END_LEASES =
      "UPDATE job SET lease_until = 0 WHERE state = 'WORKING' AND lease_until > 0";
  static final String ERASE_LOST = "DELETE FROM job WHERE state = 'WORKING' AND deadline < ?";
  static final String ERASE_ENDED = "DELETE FROM job WHERE ended_at IS NOT NULL AND ended_at < ?";

  private final Transactions transactions;
  private final Clock clock;

  /** Writes through {@code transactions}. */
  public SqlJobs(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * What a call gets that comes for the answer of a job which goes on; empty when there is none.
   */
  static Optional<ClaimDecision> working(Statements statements, ChargeRow row) throws SQLException {
    return statements
        .first(OF_CLAIM, found -> found.getBytes(1), row.key(), row.fence())
        .map(work -> ClaimDecision.of(new Claim.Working(row.charge(), work, row.receipt())));
  }

  @Override
  public void begin(Charge charge, NewJob job) throws Refusal {
    if (!transactions.commit(statements -> begin(statements, charge, job))) {
      throw Refusal.of("payment_in_progress");
    }
  }

  private boolean begin(Statements statements, Charge charge, NewJob job) throws SQLException {
    long until = job.deadline() + MARGIN_SECONDS;
    if (statements.update(HOLD, until, now(), charge.key(), charge.fence()) != 1) {
      return false;
    }
    statements.update(
        INSERT,
        job.id(),
        charge.key(),
        charge.fence(),
        job.service(),
        job.payer().filter(payer -> payer.length() <= PAYER_LENGTH),
        job.sealedWork(),
        now(),
        job.deadline(),
        job.lookAt());
    return true;
  }

  @Override
  public int goingOn(String payer) throws Refusal {
    return transactions.commit(
        statements -> statements.first(GOING_ON, row -> row.getInt(1), payer).orElse(0));
  }

  @Override
  public List<Taken> take(int count, long leaseSeconds) throws Refusal {
    return transactions.commit(
        statements -> {
          List<Taken> taken = new ArrayList<>();
          for (String id :
              statements.all(DUE, row -> row.getString(1), clock.millis(), now(), count)) {
            // of several processes that found the same job one takes it
            if (statements.update(TAKE, now() + leaseSeconds, id, now()) == 1) {
              statements.first(TAKEN, row -> taken(id, row), id).ifPresent(taken::add);
            }
          }
          return taken;
        });
  }

  private static Taken taken(String id, ResultSet row) throws SQLException {
    Optional<String> state = Optional.ofNullable(row.getString(7));
    long fence = row.getLong(6);
    byte[] answer = row.getBytes(9);
    String receipt = row.getString(10);
    return new Taken(
        id,
        row.getString(1),
        row.getLong(2),
        row.getBytes(3),
        row.getLong(4),
        // a charge that was erased came to nothing
        new Charge(
            row.getString(5),
            fence,
            state.map(Charge.State::valueOf).orElse(Charge.State.RELEASED)),
        state.isPresent() && row.getLong(8) == fence,
        answer == null ? new byte[0] : answer,
        receipt == null ? "" : receipt);
  }

  @Override
  public void later(Taken job, long lookAt) throws Refusal {
    transactions.commit(statements -> statements.update(LATER, lookAt, job.id(), job.looks()));
  }

  /** How a job ends. */
  private record Ending(
      Jobs.State state, Optional<byte[]> answer, Optional<String> word, Optional<String> reason) {}

  @Override
  public void done(Taken job, byte[] sealedAnswer) throws Refusal {
    Ending done =
        new Ending(Jobs.State.DONE, Optional.of(sealedAnswer), Optional.empty(), Optional.empty());
    transactions.commit(statements -> end(statements, job, done));
  }

  @Override
  public void failed(Taken job, Refusal refusal) throws Refusal {
    Ending failed =
        new Ending(
            Jobs.State.FAILED,
            Optional.empty(),
            Optional.of(refusal.word()),
            refusal.reason().filter(reason -> reason.length() <= REASON_LENGTH));
    transactions.commit(statements -> end(statements, job, failed));
  }

  private int end(Statements statements, Taken job, Ending ending) throws SQLException {
    return statements.update(
        END,
        ending.state().name(),
        ending.answer(),
        ending.word(),
        ending.reason(),
        now(),
        job.id(),
        job.looks());
  }

  @Override
  public Optional<View> find(String id) throws Refusal {
    return transactions.commit(statements -> statements.first(FIND, SqlJobs::view, id));
  }

  private static View view(ResultSet row) throws SQLException {
    byte[] answer = row.getBytes(4);
    return new View(
        Jobs.State.valueOf(row.getString(1)),
        Optional.ofNullable(row.getString(2)),
        Optional.ofNullable(row.getString(3)),
        answer == null ? new byte[0] : answer,
        row.getLong(5),
        Optional.ofNullable(row.getString(6))
            .map(Charge.State::valueOf)
            .filter(Charge.State::cameIn)
            .isPresent());
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
