package io.tollroute.payment;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Charge.State;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/** The ledger in a relational database; the same statements run on SQLite and PostgreSQL. */
public final class SqlLedger implements Ledger, AutoCloseable {

  /** A wallet may sign for ever; a claim that came to nothing is not remembered that long. */
  private static final long LONGEST_MEMORY_SECONDS = 24 * 3600;

  private static final String INSERT =
      "INSERT INTO charge (proof_key, identifier, service, fingerprint, request_id, state, fence,"
          + " lease_until, keep_until, created_at, updated_at)"
          + " VALUES (?, ?, ?, ?, ?, 'CLAIMED', 1, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
  private static final String SELECT =
      "SELECT fingerprint, state, fence, lease_until, answer, receipt FROM charge"
          + " WHERE proof_key = ?";
  private static final String TAKE_OVER =
      "UPDATE charge SET service = ?, fingerprint = ?, request_id = ?, identifier = ?, state = ?,"
          + " answer = ?, fence = fence + 1, lease_until = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = ?";
  private static final String END_LEASES =
      "UPDATE charge SET lease_until = 0 WHERE lease_until > 0";
  private static final String KEEP =
      "UPDATE charge SET state = 'SETTLING', answer = ?, keep_until = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'CLAIMED'";
  private static final String MOVE =
      "UPDATE charge SET state = ?, lease_until = 0, updated_at = ?,"
          + " identifier = CASE WHEN ? = 'RELEASED' THEN NULL ELSE identifier END"
          + " WHERE proof_key = ? AND fence = ? AND state = ?";
  private static final String IDENTIFIER_HOLDER =
      "SELECT 1 FROM charge WHERE identifier = ? AND proof_key <> ?";
  private static final String SETTLED =
      "UPDATE charge SET state = 'SETTLED', receipt = ?, lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'SETTLING'";
  private static final String ERASE_ANSWERS =
      "UPDATE charge SET answer = NULL WHERE keep_until < ? AND state IN ('SETTLED', 'ANSWERED')"
          + " AND answer IS NOT NULL";
  private static final String ERASE_CLAIMS =
      "DELETE FROM charge WHERE keep_until < ? AND lease_until < ?"
          + " AND state IN ('RELEASED', 'CLAIMED', 'ANSWERED')";

  private final Commits commits;
  private final Clock clock;
  private final long leaseSeconds;

  /**
   * Writes through {@code commits}. A claim whose holder has not ended it after {@code
   * leaseSeconds} may be taken over.
   */
  public SqlLedger(Commits commits, Clock clock, long leaseSeconds) {
    this.commits = commits;
    this.clock = clock;
    this.leaseSeconds = leaseSeconds;
  }

  /**
   * Ends the leases of a process that died: the file is open in one process only, so whoever held
   * them is gone.
   */
  public void takeOverFromTheDead() throws Refusal {
    commits.commit(statements -> statements.of(END_LEASES).executeUpdate());
  }

  @Override
  public Claim claim(ClaimRequest request) throws Refusal {
    Verdict verdict = commits.commit(statements -> claim(statements, request));
    if (verdict.refusal().isPresent()) {
      throw verdict.refusal().get();
    }
    return verdict.claim().orElseThrow();
  }

  private Verdict claim(Statements statements, ClaimRequest request) throws SQLException {
    Proof proof = request.proof();
    if (proof.objection().isEmpty() && insert(statements, request)) {
      return Verdict.of(new Claim.Begun(new Charge(proof.key(), 1, State.CLAIMED)));
    }
    Optional<Row> found = find(statements, proof.key());
    if (found.isEmpty()) {
      return Verdict.of(proof.objection().orElseGet(() -> Refusal.of("payment_identifier_used")));
    }
    return decide(statements, request, found.get());
  }

  private Verdict decide(Statements statements, ClaimRequest request, Row row) throws SQLException {
    boolean same = row.fingerprint().equals(request.fingerprint());
    boolean held = row.leaseUntil() > now();
    return switch (row.state()) {
      case RELEASED -> begin(statements, request, row);
      case CLAIMED -> held ? wait(same) : begin(statements, request, row);
      case ANSWERED ->
          same && row.hasAnswer() && request.proof().objection().isEmpty()
              ? resume(statements, request, row)
              : begin(statements, request, row);
      case SETTLING, UNKNOWN -> {
        if (!same) {
          yield Verdict.of(Refusal.of("payment_used"));
        }
        yield held ? wait(true) : resume(statements, request, row);
      }
      case SETTLED -> {
        if (!same) {
          yield Verdict.of(Refusal.of("payment_used"));
        }
        yield row.hasAnswer()
            ? Verdict.of(new Claim.Replayed(row.charge(request), row.answer(), row.receipt()))
            : Verdict.of(Refusal.of("answer_expired"));
      }
    };
  }

  private static Verdict wait(boolean sameRequest) {
    return Verdict.of(Refusal.of(sameRequest ? "payment_in_progress" : "payment_used"));
  }

  private Verdict begin(Statements statements, ClaimRequest request, Row row) throws SQLException {
    if (request.proof().objection().isPresent()) {
      return Verdict.of(request.proof().objection().get());
    }
    if (identifierTaken(statements, request.proof())) {
      return Verdict.of(Refusal.of("payment_identifier_used"));
    }
    return takeOver(statements, request, row, State.CLAIMED, new byte[0])
        .map(charge -> Verdict.of(new Claim.Begun(charge)))
        .orElseGet(() -> wait(true));
  }

  private Verdict resume(Statements statements, ClaimRequest request, Row row) throws SQLException {
    if (identifierTaken(statements, request.proof())) {
      return Verdict.of(Refusal.of("payment_identifier_used"));
    }
    return takeOver(statements, request, row, State.SETTLING, row.answer())
        .map(
            charge ->
                Verdict.of(new Claim.Resumed(charge, row.answer(), row.state() != State.ANSWERED)))
        .orElseGet(() -> wait(true));
  }

  private boolean insert(Statements statements, ClaimRequest request) throws SQLException {
    PreparedStatement insert = statements.of(INSERT);
    long now = now();
    insert.setString(1, request.proof().key());
    insert.setString(2, request.proof().identifier().orElse(null));
    insert.setString(3, request.service());
    insert.setString(4, request.fingerprint());
    insert.setString(5, request.requestId());
    insert.setLong(6, now + leaseSeconds);
    insert.setLong(7, Math.min(request.proof().validUntil(), now + LONGEST_MEMORY_SECONDS));
    insert.setLong(8, now);
    insert.setLong(9, now);
    return insert.executeUpdate() == 1;
  }

  private Optional<Charge> takeOver(
      Statements statements, ClaimRequest request, Row row, State next, byte[] answer)
      throws SQLException {
    PreparedStatement update = statements.of(TAKE_OVER);
    update.setString(1, request.service());
    update.setString(2, request.fingerprint());
    update.setString(3, request.requestId());
    update.setString(4, request.proof().identifier().orElse(null));
    update.setString(5, next.name());
    update.setBytes(6, answer.length == 0 ? null : answer);
    update.setLong(7, now() + leaseSeconds);
    update.setLong(8, now());
    update.setString(9, request.proof().key());
    update.setLong(10, row.fence());
    update.setString(11, row.state().name());
    return update.executeUpdate() == 1
        ? Optional.of(new Charge(request.proof().key(), row.fence() + 1, next))
        : Optional.empty();
  }

  private static boolean identifierTaken(Statements statements, Proof proof) throws SQLException {
    if (proof.identifier().isEmpty()) {
      return false;
    }
    PreparedStatement holder = statements.of(IDENTIFIER_HOLDER);
    holder.setString(1, proof.identifier().get());
    holder.setString(2, proof.key());
    try (ResultSet rows = holder.executeQuery()) {
      return rows.next();
    }
  }

  private static Optional<Row> find(Statements statements, String key) throws SQLException {
    PreparedStatement select = statements.of(SELECT);
    select.setString(1, key);
    try (ResultSet rows = select.executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
      byte[] answer = rows.getBytes(5);
      String receipt = rows.getString(6);
      return Optional.of(
          new Row(
              rows.getString(1),
              State.valueOf(rows.getString(2)),
              rows.getLong(3),
              rows.getLong(4),
              answer == null ? new byte[0] : answer,
              receipt == null ? "" : receipt));
    }
  }

  @Override
  public Charge keep(Charge charge, byte[] sealedAnswer, long keepUntil) throws Refusal {
    int changed =
        commits.commit(
            statements -> {
              PreparedStatement keep = statements.of(KEEP);
              keep.setBytes(1, sealedAnswer);
              keep.setLong(2, keepUntil);
              keep.setLong(3, now());
              keep.setString(4, charge.key());
              keep.setLong(5, charge.fence());
              return keep.executeUpdate();
            });
    if (changed == 0) {
      throw Refusal.of("payment_in_progress");
    }
    return charge.in(State.SETTLING);
  }

  @Override
  public Charge settled(Charge charge, String receipt) throws Refusal {
    int changed =
        commits.commit(
            statements -> {
              PreparedStatement settled = statements.of(SETTLED);
              settled.setString(1, receipt);
              settled.setLong(2, now());
              settled.setString(3, charge.key());
              settled.setLong(4, charge.fence());
              return settled.executeUpdate();
            });
    if (changed == 0) {
      throw Refusal.of("payment_in_progress");
    }
    return charge.in(State.SETTLED);
  }

  @Override
  public void release(Charge charge) throws Refusal {
    move(charge, charge.state() == State.CLAIMED ? State.RELEASED : State.ANSWERED);
  }

  @Override
  public void unknown(Charge charge) throws Refusal {
    move(charge, State.UNKNOWN);
  }

  /**
   * A transition that finds its charge taken over by a later claim changes nothing: rightly so. Nor
   * does one that comes after the settlement: what is charged stays charged.
   */
  private void move(Charge charge, State next) throws Refusal {
    if (charge.state() == State.SETTLED) {
      return;
    }
    commits.commit(
        statements -> {
          PreparedStatement move = statements.of(MOVE);
          move.setString(1, next.name());
          move.setLong(2, now());
          move.setString(3, next.name());
          move.setString(4, charge.key());
          move.setLong(5, charge.fence());
          move.setString(6, charge.state().name());
          return move.executeUpdate();
        });
  }

  @Override
  public void eraseExpired() throws Refusal {
    commits.commit(
        statements -> {
          PreparedStatement answers = statements.of(ERASE_ANSWERS);
          answers.setLong(1, now());
          PreparedStatement claims = statements.of(ERASE_CLAIMS);
          claims.setLong(1, now());
          claims.setLong(2, now());
          return answers.executeUpdate() + claims.executeUpdate();
        });
  }

  @Override
  public void close() {
    commits.close();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private record Row(
      String fingerprint, State state, long fence, long leaseUntil, byte[] answer, String receipt) {

    boolean hasAnswer() {
      return answer.length > 0;
    }

    Charge charge(ClaimRequest request) {
      return new Charge(request.proof().key(), fence, state);
    }
  }

  private record Verdict(Optional<Claim> claim, Optional<Refusal> refusal) {

    static Verdict of(Claim claim) {
      return new Verdict(Optional.of(claim), Optional.empty());
    }

    static Verdict of(Refusal refusal) {
      return new Verdict(Optional.empty(), Optional.of(refusal));
    }
  }
}
