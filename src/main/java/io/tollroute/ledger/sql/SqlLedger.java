package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import io.tollroute.ledger.KeptAnswer;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.SpentUse;
import io.tollroute.ledger.TokenHash;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

/** The ledger in a relational database; the same statements run on SQLite and PostgreSQL. */
public final class SqlLedger implements Ledger, AutoCloseable {

  /** A wallet may sign for ever; a claim that came to nothing is not remembered that long. */
  private static final long LONGEST_MEMORY_SECONDS = 24 * 3600;

  /** Pause before the reconciler takes up what a call could not decide. */
  private static final long FIRST_RETRY_SECONDS = 5;

  private static final long DAY_SECONDS = 24L * 3600;

  private static final String SELECT =
      "SELECT " + ChargeRow.COLUMNS + " FROM charge WHERE proof_key = ?";
  private static final String IDENTIFIER_HOLDER =
      "SELECT 1 FROM charge WHERE identifier = ? AND proof_key <> ?";

  /** What another proof pays, or has paid, of what is to be bought. */
  static final String BUYER =
      "SELECT state FROM charge WHERE buys = ? AND proof_key <> ?"
          + " AND state NOT IN ('RELEASED', 'ANSWERED')";

  static final String UNDECIDED_BEFORE =
      "SELECT 1 FROM charge WHERE payer = ? AND fingerprint = ? AND unknown_at IS NOT NULL"
          + " AND keep_until >= ? AND proof_key <> ?";
  static final String END_LEASES =
      "UPDATE charge SET lease_until = 0 WHERE "
          + ChargeRow.OPEN
          + " AND lease_until > 0"
          // the work goes on elsewhere, and is looked at by whoever comes next
          + " AND NOT (state IN ('CLAIMED', 'PAID') AND EXISTS (SELECT 1 FROM job"
          + " WHERE job.proof_key = charge.proof_key AND job.fence = charge.fence"
          + " AND job.state = 'WORKING'))";
  private static final String KEEP =
      "UPDATE charge SET state = 'SETTLING', answer = ?, keep_until = ?, settlement = ?,"
          + " upstream_id = ?, buys = COALESCE(?, buys), lease_until = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'CLAIMED'";
  private static final String KEEP_PAID =
      "UPDATE charge SET state = 'SETTLED', answer = ?, keep_until = ?, upstream_id = ?,"
          + " milliseconds = ?, lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'PAID'";
  private static final String SPEND =
      "UPDATE charge SET state = 'SETTLED', answer = ?, keep_until = ?, upstream_id = ?,"
          + " receipt = ?, settled_at = ?, milliseconds = ?, lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'CLAIMED'";
  private static final String SETTLED =
      "UPDATE charge SET state = CASE WHEN answer IS NULL THEN 'PAID' ELSE 'SETTLED' END,"
          + " receipt = ?, settled_at = ?, settlement = NULL, unknown_at = NULL,"
          + " lease_until = CASE WHEN answer IS NULL THEN ? ELSE 0 END,"
          + " keep_until = CASE WHEN keep_until < ? THEN ? ELSE keep_until END,"
          + " milliseconds = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'SETTLING'"
          + " RETURNING state, buys, payer";
  private static final String EXCESS = "UPDATE charge SET state = 'REFUND_DUE' WHERE proof_key = ?";
  private static final String REFUND_DUE =
      "UPDATE charge SET state = 'REFUND_DUE', receipt = ?, settled_at = ?, settlement = NULL,"
          + " unknown_at = NULL, buys = COALESCE(?, buys), lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND answer IS NULL"
          + " AND state IN ('CLAIMED', 'SETTLING')";
  static final String ALONE =
      "SELECT 1 FROM charge WHERE alone = ? AND proof_key <> ? AND lease_until > ?";
  static final String NOT_ALONE =
      "UPDATE charge SET alone = NULL WHERE alone = ? AND proof_key <> ? AND lease_until <= ?";
  private static final String STAND_ALONE =
      "UPDATE charge SET alone = ? WHERE proof_key = ? AND fence = ? AND state = 'CLAIMED'";
  private static final String FORGET_SOON =
      "UPDATE charge SET keep_until = ? WHERE proof_key = ? AND state = 'RELEASED'"
          + " AND keep_until > ?";
  private static final String COUNT_FAILED =
      "INSERT INTO failed_call (day, service, word, calls)"
          + " SELECT ?, service, ?, 1 FROM charge WHERE proof_key = ? AND cents + rest > 0"
          + " ON CONFLICT (day, service, word) DO UPDATE SET calls = failed_call.calls + 1";
  private static final String RELEASE =
      "UPDATE charge SET state = CASE WHEN answer IS NULL THEN 'RELEASED' ELSE 'ANSWERED' END,"
          + " identifier = CASE WHEN answer IS NULL THEN NULL ELSE identifier END,"
          + " settlement = NULL, unknown_at = NULL, lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state IN ('CLAIMED', 'SETTLING')"
          + " RETURNING payment";
  private static final String UNKNOWN =
      "UPDATE charge SET state = 'UNKNOWN', unknown_at = COALESCE(unknown_at, ?), lease_until = 0,"
          + " retry_at = CASE WHEN retry_at < ? THEN ? ELSE retry_at END, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'SETTLING'";
  private static final String LEAVE_PAID =
      "UPDATE charge SET lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = 'PAID'";

  private final Transactions transactions;
  private final Clock clock;
  private final ChargeWriter writer;
  private final TokenUses uses;
  private final NamedCharges names;
  private final SqlTokens tokens;
  private final EventBook events;
  private final long settlementSeconds;

  /**
   * Writes through {@code transactions}. A settlement whose call has not recorded it after {@code
   * settlementSeconds} may be taken over. {@code tokens} are paid by charges.
   */
  public SqlLedger(
      Transactions transactions, Clock clock, long settlementSeconds, SqlTokens tokens) {
    this(transactions, clock, settlementSeconds, tokens, EventBook.NONE);
  }

  /** The same, which writes in {@code events} what becomes of charges. */
  SqlLedger(
      Transactions transactions,
      Clock clock,
      long settlementSeconds,
      SqlTokens tokens,
      EventBook events) {
    this.events = events;
    this.transactions = transactions;
    this.clock = clock;
    this.settlementSeconds = settlementSeconds;
    this.writer = new ChargeWriter(clock, settlementSeconds);
    this.uses = new TokenUses(writer, clock);
    this.names = new NamedCharges(writer, clock);
    this.tokens = tokens;
  }

  /**
   * Ends the leases of a process that died: the file is open in one process only, so whoever held
   * them is gone.
   */
  public void takeOverFromTheDead() throws Refusal {
    transactions.commit(
        statements -> statements.update(END_LEASES) + statements.update(SqlJobs.END_LEASES));
  }

  @Override
  public Claim claim(ClaimRequest request) throws Refusal {
    ClaimDecision decision = transactions.commit(statements -> decide(statements, request));
    if (decision.refusal().isPresent()) {
      throw decision.refusal().get();
    }
    return decision.claim().orElseThrow();
  }

  /** What a claim comes to inside its transaction. */
  private ClaimDecision decide(Statements statements, ClaimRequest request) throws SQLException {
    Optional<TokenHash> prepaid = request.proof().prepaid();
    return prepaid.isPresent()
        ? uses.claim(statements, request, prepaid.get())
        : claim(statements, request);
  }

  private ClaimDecision claim(Statements statements, ClaimRequest request) throws SQLException {
    PaymentProof proof = request.proof();
    Optional<Refusal> objection = objection(statements, request);
    if (objection.isEmpty()) {
      Optional<Charge> begun = writer.insert(statements, request, identity(request));
      if (begun.isPresent()) {
        return ClaimDecision.of(new Claim.Begun(begun.get()));
      }
    }
    Optional<ChargeRow> found = statements.first(SELECT, ChargeRow::read, proof.key());
    return found.isPresent()
        ? decide(statements, request, found.get(), objection)
        : claimNamed(statements, request, objection);
  }

  /** Of a proof that nobody has shown before only its name, or what it would buy, can be known. */
  private ClaimDecision claimNamed(
      Statements statements, ClaimRequest request, Optional<Refusal> objection)
      throws SQLException {
    Optional<ClaimDecision> obstacle = obstacle(statements, request, objection);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Optional<Charge> begun = writer.insert(statements, request, identity(request));
    if (begun.isPresent()) {
      return ClaimDecision.of(new Claim.Begun(begun.get()));
    }
    // another has taken the place of its payer, or the name, at this very moment
    return otherCall(statements, request)
        .map(ClaimDecision::of)
        .orElseGet(() -> ClaimDecision.of("payment_identifier_used"));
  }

  private static Refusal notAlone() {
    return Refusal.of("too_many_requests").because("unsettled_call");
  }

  /** What keeps a new charge from beginning: the proof, what its name has bought, what it buys. */
  private Optional<ClaimDecision> obstacle(
      Statements statements, ClaimRequest request, Optional<Refusal> objection)
      throws SQLException {
    if (request.obstacle().isPresent()) {
      return request.obstacle().map(ClaimDecision::of);
    }
    Optional<ClaimDecision> named = names.claim(statements, request);
    return named.isPresent() ? named : objection.map(ClaimDecision::of);
  }

  private ChargeWriter.Identity identity(ClaimRequest request) {
    PaymentProof proof = request.proof();
    return new ChargeWriter.Identity(
        proof.key(),
        proof.identifier(),
        Math.min(proof.validUntil(), now() + LONGEST_MEMORY_SECONDS),
        request.terms(),
        proof.payer(),
        Optional.empty());
  }

  /**
   * Why nothing new may begin: what the request has against it, or what it would buy, or others.
   */
  private Optional<Refusal> objection(Statements statements, ClaimRequest request)
      throws SQLException {
    Optional<String> buys = request.terms().buys();
    if (request.obstacle().isPresent()) {
      return request.obstacle();
    }
    if (buys.isEmpty()) {
      Optional<Refusal> undecided = undecidedBefore(statements, request);
      return undecided.isPresent() ? undecided : otherCall(statements, request);
    }
    Optional<Refusal> notPayable =
        tokens.notPayable(statements, buys.get(), request.proof().payer());
    if (notPayable.isPresent()) {
      return notPayable;
    }
    return statements.first(
        BUYER, row -> boughtBy(State.valueOf(row.getString(1))), buys.get(), request.proof().key());
  }

  /**
   * Clients sign anew for whatever was not answered. While an earlier payment of the same wallet
   * for the same request is undecided, a second one could pay for nothing; a key of the buyer's
   * says that it is meant.
   */
  private Optional<Refusal> undecidedBefore(Statements statements, ClaimRequest request)
      throws SQLException {
    PaymentProof proof = request.proof();
    return proof.payer().isEmpty() || proof.identifier().isPresent()
        ? Optional.empty()
        : statements.first(
            UNDECIDED_BEFORE,
            row -> Refusal.of("settlement_unknown").because("earlier_payment_undecided"),
            proof.payer().get(),
            request.fingerprint(),
            now(),
            proof.key());
  }

  /** Of a payer who has to be alone one call is not settled at a time, in whichever process. */
  private Optional<Refusal> otherCall(Statements statements, ClaimRequest request)
      throws SQLException {
    if (!request.alone()) {
      return Optional.empty();
    }
    PaymentProof proof = request.proof();
    return proof.payer().isPresent()
        ? otherCall(statements, proof.payer().get(), proof.key())
        : Optional.empty();
  }

  private Optional<Refusal> otherCall(Statements statements, String payer, String key)
      throws SQLException {
    Optional<Refusal> other = statements.first(ALONE, row -> notAlone(), payer, key, now());
    if (other.isEmpty()) {
      statements.update(NOT_ALONE, payer, key, now());
    }
    return other;
  }

  @Override
  public void standAlone(Charge charge, String payer) throws Refusal {
    Optional<Refusal> refusal =
        transactions.commit(
            statements -> {
              Optional<Refusal> other = otherCall(statements, payer, charge.key());
              return other.isEmpty()
                      && statements.update(STAND_ALONE, payer, charge.key(), charge.fence()) != 1
                  ? Optional.of(Refusal.of("payment_in_progress"))
                  : other;
            });
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** Whose money is owed back for it may take a token instead; it is not bought a second time. */
  private static Refusal boughtBy(State state) {
    return switch (state) {
      case REFUND_DUE, REFUNDED, CREDITED ->
          Refusal.of("payment_not_payable")
              .because("payment_" + state.name().toLowerCase(Locale.ROOT));
      // another proof is at work on it: nothing was done with this one
      default -> Refusal.of("payment_not_payable").because("payment_being_paid");
    };
  }

  private ClaimDecision decide(
      Statements statements, ClaimRequest request, ChargeRow row, Optional<Refusal> objection)
      throws SQLException {
    boolean same =
        row.fingerprint().equals(request.fingerprint()) && row.isMovedBy(request.proof());
    boolean held = row.isHeld(now());
    return switch (row.state()) {
      case RELEASED -> begin(statements, request, row, objection);
      // of whom the claim is, and whether anything comes of it, is not known yet
      case CLAIMED ->
          held ? underWay(statements, row, same) : begin(statements, request, row, objection);
      case ANSWERED ->
          same && row.hasAnswer() && objection.isEmpty()
              ? resume(statements, request, row)
              : begin(statements, request, row, objection);
      case SETTLING, UNKNOWN -> {
        if (!same) {
          yield ClaimDecision.of("payment_used");
        }
        yield held ? underWay(statements, row, true) : resume(statements, request, row);
      }
      case PAID -> {
        if (!same) {
          yield ClaimDecision.of("payment_used");
        }
        yield held ? underWay(statements, row, true) : writer.owe(statements, request, row);
      }
      case SETTLED -> {
        if (!same) {
          yield ClaimDecision.of("payment_used");
        }
        yield row.hasAnswer()
            ? ClaimDecision.of(new Claim.Replayed(row.charge(), row.answer(), row.receipt()))
            : ClaimDecision.of("answer_expired");
      }
      case REFUND_DUE -> ClaimDecision.of("refund_due");
      case REFUNDED -> ClaimDecision.of("refunded");
      case CREDITED -> ClaimDecision.of("credited");
    };
  }

  /** Another call works on it, or a job of which the same request may know. */
  private static ClaimDecision underWay(Statements statements, ChargeRow row, boolean same)
      throws SQLException {
    return same ? SqlJobs.working(statements, row).orElseGet(() -> wait(true)) : wait(true);
  }

  private static ClaimDecision wait(boolean sameRequest) {
    return ClaimDecision.of(sameRequest ? "payment_in_progress" : "payment_used");
  }

  private ClaimDecision begin(
      Statements statements, ClaimRequest request, ChargeRow row, Optional<Refusal> objection)
      throws SQLException {
    Optional<ClaimDecision> obstacle = obstacle(statements, request, objection);
    return obstacle.isPresent()
        ? obstacle.get()
        : writer
            .beginAgain(statements, request, row, request.proof().identifier())
            .map(charge -> ClaimDecision.of(new Claim.Begun(charge)))
            .orElseGet(() -> wait(true));
  }

  private ClaimDecision resume(Statements statements, ClaimRequest request, ChargeRow row)
      throws SQLException {
    if (row.state() == State.ANSWERED) {
      // nothing was charged for it, so it may have been bought with another proof since
      Optional<ClaimDecision> named = names.claim(statements, request);
      if (named.isPresent()) {
        return named.get();
      }
    }
    if (identifierTaken(statements, request.proof())) {
      return ClaimDecision.of("payment_identifier_used");
    }
    return writer
        .resume(statements, request, row, State.SETTLING, request.proof().identifier())
        .map(
            charge ->
                ClaimDecision.of(
                    new Claim.Resumed(
                        charge, row.answer(), row.settlement(), row.state() != State.ANSWERED)))
        .orElseGet(() -> wait(true));
  }

  private static boolean identifierTaken(Statements statements, PaymentProof proof)
      throws SQLException {
    return proof.identifier().isPresent()
        && statements
            .first(IDENTIFIER_HOLDER, row -> true, proof.identifier().get(), proof.key())
            .isPresent();
  }

  @Override
  public Charge keep(Charge charge, KeptAnswer kept) throws Refusal {
    boolean paid = charge.state() == State.PAID;
    int changed =
        transactions.commit(
            statements -> {
              int kepts =
                  paid ? keepPaid(statements, charge, kept) : keep(statements, charge, kept);
              if (kepts == 1 && kept.sells().isPresent()) {
                tokens.insert(statements, kept.sells().get(), Optional.empty());
              }
              return kepts;
            });
    return ended(changed, charge, paid ? State.SETTLED : State.SETTLING);
  }

  private int keep(Statements statements, Charge charge, KeptAnswer kept) throws SQLException {
    return statements.update(
        KEEP,
        kept.sealedAnswer(),
        kept.until(),
        Optional.of(kept.sealedSettlement()).filter(bytes -> bytes.length > 0),
        kept.upstreamId(),
        kept.sells().map(NewToken::id),
        now() + settlementSeconds,
        now(),
        charge.key(),
        charge.fence());
  }

  private int keepPaid(Statements statements, Charge charge, KeptAnswer kept) throws SQLException {
    return statements.update(
        KEEP_PAID,
        kept.sealedAnswer(),
        kept.until(),
        kept.upstreamId(),
        kept.milliseconds(),
        now(),
        charge.key(),
        charge.fence());
  }

  @Override
  public SpentUse spend(Charge charge, KeptAnswer kept) throws Refusal {
    Optional<String> receipt = transactions.commit(statements -> spend(statements, charge, kept));
    return new SpentUse(
        charge.in(State.SETTLED), receipt.orElseThrow(() -> Refusal.of("payment_in_progress")));
  }

  private Optional<String> spend(Statements statements, Charge charge, KeptAnswer kept)
      throws SQLException {
    String remaining =
        TokenRows.ofCharge(statements, charge.key())
            .map(payment -> TokenReceipt.of(payment, now()))
            .orElse("{}");
    int changed =
        statements.update(
            SPEND,
            kept.sealedAnswer(),
            kept.until(),
            kept.upstreamId(),
            remaining,
            now(),
            kept.milliseconds(),
            now(),
            charge.key(),
            charge.fence());
    if (changed == 0) {
      return Optional.empty();
    }
    events.tell(statements, EventBook.Type.SETTLED, charge.key());
    return Optional.of(remaining);
  }

  @Override
  public Charge settled(
      Charge charge, String receipt, long keepUntil, long workSeconds, Optional<Long> milliseconds)
      throws Refusal {
    Optional<State> state =
        transactions.commit(
            statements ->
                settled(statements, charge, receipt, keepUntil, workSeconds, milliseconds));
    return charge.in(state.orElseThrow(() -> Refusal.of("payment_in_progress")));
  }

  /** Records a settlement inside a transaction; empty when a later claim has taken over. */
  Optional<State> settled(
      Statements statements,
      Charge charge,
      String receipt,
      long keepUntil,
      long workSeconds,
      Optional<Long> milliseconds)
      throws SQLException {
    Optional<Outcome> outcome =
        statements.first(
            SETTLED,
            row ->
                new Outcome(
                    State.valueOf(row.getString(1)),
                    Optional.ofNullable(row.getString(2)),
                    Optional.ofNullable(row.getString(3))),
            receipt,
            now(),
            now() + workSeconds,
            keepUntil,
            keepUntil,
            milliseconds,
            now(),
            charge.key(),
            charge.fence());
    if (outcome.isPresent()) {
      events.tell(statements, EventBook.Type.SETTLED, charge.key());
    }
    return outcome.isPresent() && !pays(statements, outcome.get(), receipt)
        ? excess(statements, charge)
        : outcome.map(Outcome::state);
  }

  private record Outcome(State state, Optional<String> buys, Optional<String> payer) {}

  private boolean pays(Statements statements, Outcome outcome, String receipt) throws SQLException {
    return outcome.buys().isEmpty()
        || tokens.pay(statements, outcome.buys().get(), outcome.payer(), receipt);
  }

  /** Money that came for a payment that needs none any more is owed back. */
  private Optional<State> excess(Statements statements, Charge charge) throws SQLException {
    statements.update(EXCESS, charge.key());
    events.tell(statements, EventBook.Type.OWED, charge.key());
    return Optional.of(State.REFUND_DUE);
  }

  @Override
  public Charge refundDue(Charge charge, String receipt, Optional<NewToken> sells) throws Refusal {
    int changed =
        transactions.commit(
            statements -> {
              int owed =
                  statements.update(
                      REFUND_DUE,
                      receipt,
                      now(),
                      sells.map(NewToken::id),
                      now(),
                      charge.key(),
                      charge.fence());
              if (owed == 1 && sells.isPresent()) {
                tokens.insert(statements, sells.get(), Optional.empty());
              }
              if (owed == 1) {
                events.tell(statements, EventBook.Type.SETTLED, charge.key());
                events.tell(statements, EventBook.Type.OWED, charge.key());
              }
              return owed;
            });
    return ended(changed, charge, State.REFUND_DUE);
  }

  private static Charge ended(int changed, Charge charge, State next) throws Refusal {
    if (changed == 0) {
      throw Refusal.of("payment_in_progress");
    }
    return charge.in(next);
  }

  /**
   * A transition that finds its charge taken over by a later claim changes nothing: rightly so. Nor
   * does one that comes after the settlement: what is charged stays charged.
   */
  @Override
  public boolean release(Charge charge) throws Refusal {
    return end(charge, statements -> release(statements, charge));
  }

  @Override
  public boolean fail(Charge charge, String word) throws Refusal {
    return end(
        charge,
        statements -> {
          boolean released = release(statements, charge);
          if (released) {
            statements.update(COUNT_FAILED, now() / DAY_SECONDS, word, charge.key());
            events.tell(statements, EventBook.Type.REFUSED, charge.key(), word);
          }
          return released;
        });
  }

  @Override
  public boolean discard(Charge charge) throws Refusal {
    return end(
        charge,
        statements -> {
          boolean released = release(statements, charge);
          if (released) {
            statements.update(FORGET_SOON, now(), charge.key(), now());
          }
          return released;
        });
  }

  @Override
  public boolean refuse(Charge charge, String word, boolean checked) throws Refusal {
    return end(
        charge,
        statements -> {
          boolean released = release(statements, charge);
          if (released) {
            events.tell(statements, EventBook.Type.REFUSED, charge.key(), word);
          }
          if (released && !checked) {
            statements.update(FORGET_SOON, now(), charge.key(), now());
          }
          return released;
        });
  }

  private boolean end(Charge charge, Transactions.Work<Boolean> release) throws Refusal {
    return switch (charge.state()) {
      case CLAIMED, SETTLING -> transactions.commit(release);
      case PAID -> {
        leavePaid(charge);
        yield false;
      }
      default -> false;
    };
  }

  /** Ends inside a transaction a charge that was undecided, and of which it is known now. */
  void releaseUnpaid(Statements statements, Charge charge) throws SQLException {
    if (release(statements, charge)) {
      events.tell(statements, EventBook.Type.REFUSED, charge.key(), "settlement_refused");
    }
  }

  /** Ends a claim without a charge inside a transaction. */
  boolean release(Statements statements, Charge charge) throws SQLException {
    Optional<Optional<String>> released =
        statements.first(
            RELEASE,
            row -> Optional.ofNullable(row.getString(1)),
            now(),
            charge.key(),
            charge.fence());
    if (released.isPresent() && released.get().isPresent()) {
      TokenRows.giveBack(statements, released.get().get(), now());
    }
    return released.isPresent();
  }

  @Override
  public void unknown(Charge charge) throws Refusal {
    switch (charge.state()) {
      case SETTLING -> transactions.commit(statements -> unknown(statements, charge));
      case PAID -> leavePaid(charge);
      default -> {
        // nothing was sent, or everything is decided
      }
    }
  }

  private int unknown(Statements statements, Charge charge) throws SQLException {
    boolean news = events.isNewsToBeUndecided(statements, charge.key());
    int changed =
        statements.update(
            UNKNOWN,
            now(),
            now() + FIRST_RETRY_SECONDS,
            now() + FIRST_RETRY_SECONDS,
            now(),
            charge.key(),
            charge.fence());
    if (news && changed == 1) {
      events.tell(statements, EventBook.Type.UNDECIDED, charge.key());
    }
    return changed;
  }

  private void leavePaid(Charge charge) throws Refusal {
    transactions.commit(statements -> leavePaid(statements, charge));
  }

  /** Leaves a paid charge to whoever comes for its answer, inside a transaction. */
  int leavePaid(Statements statements, Charge charge) throws SQLException {
    return statements.update(LEAVE_PAID, now(), charge.key(), charge.fence());
  }

  @Override
  public void close() {
    transactions.close();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
