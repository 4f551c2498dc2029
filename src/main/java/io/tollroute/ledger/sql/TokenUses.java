package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenHash;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/**
 * Claims uses of bought tokens: each use is reserved before its call and spent or given back. The
 * same request with the same token is the same call while it is worked on and while its answer is
 * kept; another {@code Idempotency-Key} makes it another call.
 */
final class TokenUses {

  private static final long FORGET_SECONDS = 3600;

  private static final String RESERVE =
      "UPDATE payment SET used = used + 1, serial = serial + 1, updated_at = ?"
          + " WHERE id = ? AND state = 'PAID' AND used < calls AND expires_at > ?"
          + " RETURNING serial";
  private static final String NAMED =
      "SELECT " + ChargeRow.COLUMNS + " FROM charge WHERE identifier = ?";
  private static final String OF_REQUEST =
      "SELECT "
          + ChargeRow.COLUMNS
          + " FROM charge WHERE payment = ? AND fingerprint = ? AND (state = 'CLAIMED'"
          + " OR (state = 'SETTLED' AND answer IS NOT NULL AND keep_until >= ?))"
          // the answer before a call in flight, the latest first
          + " ORDER BY CASE WHEN answer IS NULL THEN 1 ELSE 0 END, created_at DESC LIMIT 1";
  private static final String FORGET_REQUEST =
      "UPDATE charge SET identifier = NULL WHERE identifier = ? AND state = 'SETTLED'"
          + " AND (answer IS NULL OR keep_until < ?)";
  private static final String IN_FLIGHT =
      "SELECT "
          + ChargeRow.COLUMNS
          + " FROM charge WHERE payment = ? AND state = 'CLAIMED' ORDER BY lease_until LIMIT 1";
  private static final String SPENT =
      "SELECT 1 FROM payment WHERE id = ? AND used >= calls AND NOT EXISTS"
          + " (SELECT 1 FROM charge WHERE charge.payment = payment.id AND charge.state = 'CLAIMED')";

  private final ChargeWriter writer;
  private final Clock clock;

  TokenUses(ChargeWriter writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
  }

  ClaimDecision claim(Statements statements, ClaimRequest request, TokenHash token)
      throws SQLException {
    Optional<PrepaidToken> found = TokenRows.ofToken(statements, token);
    if (found.isEmpty()) {
      return refused("unknown_token");
    }
    PrepaidToken payment = found.get();
    if (!payment.service().equals(request.service())) {
      return refused("token_of_another_service");
    }
    Optional<String> key = request.proof().identifier();
    return key.isPresent()
        ? named(statements, request, payment, "token:" + payment.id() + ":" + key.get())
        : unnamed(statements, request, payment);
  }

  /** A call that its buyer has named is this one call, and no other of the same request is. */
  private ClaimDecision named(
      Statements statements, ClaimRequest request, PrepaidToken payment, String name)
      throws SQLException {
    Optional<ChargeRow> earlier = statements.first(NAMED, ChargeRow::read, name);
    if (earlier.isPresent()) {
      return earlier.get().fingerprint().equals(request.fingerprint())
          ? takeUp(statements, request, payment, earlier.get(), Optional.of(name))
          : ClaimDecision.of("idempotency_key_used");
    }
    Optional<ClaimDecision> begun = begin(statements, request, payment, Optional.of(name));
    return begun.isPresent()
        ? begun.get()
        : noneFree(statements, request, payment, Optional.of(name));
  }

  private ClaimDecision unnamed(Statements statements, ClaimRequest request, PrepaidToken payment)
      throws SQLException {
    // no key of a buyer has a colon, so this is the name of no call that was given one
    String name = "token:" + payment.id() + ":request:" + request.fingerprint();
    Optional<String> own = request.sameAgain() ? Optional.of(name) : Optional.empty();
    if (request.sameAgain()) {
      Optional<ClaimDecision> same = sameCall(statements, request, payment, own);
      if (same.isPresent()) {
        return same.get();
      }
      statements.update(FORGET_REQUEST, name, now());
    }
    Optional<ClaimDecision> begun = begin(statements, request, payment, own);
    if (begun.isPresent()) {
      return begun.get();
    }
    // another may have begun the same call just now; and what is used up gives what it gave before
    Optional<ClaimDecision> same = sameCall(statements, request, payment, own);
    return same.isPresent() ? same.get() : noneFree(statements, request, payment, own);
  }

  /** The call of the same request that is worked on, or whose answer is kept. */
  private Optional<ClaimDecision> sameCall(
      Statements statements, ClaimRequest request, PrepaidToken payment, Optional<String> name)
      throws SQLException {
    Optional<ChargeRow> same =
        statements.first(OF_REQUEST, ChargeRow::read, payment.id(), request.fingerprint(), now());
    return same.isPresent()
        ? Optional.of(
            takeUp(
                statements, request, payment, same.get(), same.get().identifier().or(() -> name)))
        : Optional.empty();
  }

  /** Begins a new call; empty when no use is free or another has just begun this call. */
  private Optional<ClaimDecision> begin(
      Statements statements, ClaimRequest request, PrepaidToken payment, Optional<String> name)
      throws SQLException {
    if (payment.state() != PrepaidToken.State.PAID) {
      return Optional.of(refused("token_" + payment.status(now())));
    }
    if (request.objection().isPresent()) {
      return request.objection().map(ClaimDecision::of);
    }
    if (payment.units().filter(units -> units < request.terms().units()).isPresent()) {
      return Optional.of(refused("token_too_small"));
    }
    Optional<Long> serial =
        statements.first(RESERVE, row -> row.getLong(1), now(), payment.id(), now());
    if (serial.isEmpty()) {
      return Optional.empty();
    }
    Optional<Charge> charge =
        writer.insert(
            statements,
            request,
            new ChargeWriter.Identity(
                "token:" + payment.id() + ":" + serial.get(),
                name,
                now() + FORGET_SECONDS,
                ChargeTerms.call(payment.micros(), payment.currency()),
                payment.payer(),
                Optional.of(payment.id())));
    if (charge.isEmpty()) {
      TokenRows.giveBack(statements, payment.id(), now());
    }
    return charge.map(begun -> ClaimDecision.of(new Claim.Begun(begun)));
  }

  /** No use is free: one whose call has died is, and one in flight may come back. */
  private ClaimDecision noneFree(
      Statements statements, ClaimRequest request, PrepaidToken payment, Optional<String> name)
      throws SQLException {
    Optional<ChargeRow> inFlight = statements.first(IN_FLIGHT, ChargeRow::read, payment.id());
    if (inFlight.isPresent()) {
      return takeUp(statements, request, payment, inFlight.get(), name);
    }
    // what was read before may have changed since: a call that failed gives its use back
    if (statements.first(SPENT, row -> true, payment.id()).isPresent()) {
      return refused(payment.isFree() ? "free_calls_used" : "token_exhausted");
    }
    return payment.expiresAt() <= now()
        ? refused("token_expired")
        : ClaimDecision.of("payment_in_progress");
  }

  private ClaimDecision takeUp(
      Statements statements,
      ClaimRequest request,
      PrepaidToken payment,
      ChargeRow row,
      Optional<String> name)
      throws SQLException {
    if (row.state() == State.SETTLED) {
      return row.hasAnswer()
          ? ClaimDecision.of(
              new Claim.Replayed(row.charge(), row.answer(), TokenReceipt.of(payment, now())))
          : ClaimDecision.of("answer_expired");
    }
    if (row.isHeld(now())) {
      Optional<ClaimDecision> job =
          row.fingerprint().equals(request.fingerprint())
              ? SqlJobs.working(statements, row)
              : Optional.empty();
      return job.orElseGet(() -> ClaimDecision.of("payment_in_progress"));
    }
    if (request.objection().isPresent()) {
      return ClaimDecision.of(request.objection().get());
    }
    return writer
        .beginAgain(statements, request, row, name)
        .map(charge -> ClaimDecision.of(new Claim.Begun(charge)))
        .orElseGet(() -> ClaimDecision.of("payment_in_progress"));
  }

  private static ClaimDecision refused(String reason) {
    return ClaimDecision.of(Refusal.of("payment_refused").because(reason));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
