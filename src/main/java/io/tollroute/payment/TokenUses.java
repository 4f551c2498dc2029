package io.tollroute.payment;

import io.tollroute.call.Refusal;
import io.tollroute.payment.Charge.State;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/** Claims uses of bought tokens: each use is reserved before its call and spent or given back. */
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
          + " FROM charge WHERE payment = ? AND fingerprint = ? AND state IN ('SETTLED', 'CLAIMED')"
          // the answer before a call in flight, the latest first
          + " ORDER BY CASE WHEN answer IS NULL THEN 1 ELSE 0 END, created_at DESC LIMIT 1";
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

  Verdict claim(Statements statements, ClaimRequest request, TokenProof token) throws SQLException {
    Optional<Payment> found = PaymentRows.ofToken(statements, token.hash());
    if (found.isEmpty()) {
      return refused("unknown_token");
    }
    Payment payment = found.get();
    if (!payment.service().equals(request.service())) {
      return refused("token_of_another_service");
    }
    Optional<String> name = token.identifier().map(key -> "token:" + payment.id() + ":" + key);
    if (name.isPresent()) {
      Optional<ChargeRow> named = statements.first(NAMED, ChargeRow::read, name.get());
      if (named.isPresent()) {
        return named.get().fingerprint().equals(request.fingerprint())
            ? takeUp(statements, request, named.get(), name)
            : Verdict.of("idempotency_key_used");
      }
    }
    if (payment.state() != Payment.State.PAID) {
      return refused("token_" + payment.status(now()));
    }
    Optional<Charge> begun = begin(statements, request, payment, name);
    return begun.isPresent()
        ? Verdict.of(new Claim.Begun(begun.get()))
        : usedUp(statements, request, payment, name);
  }

  private Optional<Charge> begin(
      Statements statements, ClaimRequest request, Payment payment, Optional<String> name)
      throws SQLException {
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
                Deal.call(payment.cents(), payment.currency()),
                payment.payer(),
                Optional.of(payment.id())));
    if (charge.isEmpty()) {
      PaymentRows.giveBack(statements, payment.id(), now());
    }
    return charge;
  }

  /** No use is free: what the request may still have is an answer that it was given before. */
  private Verdict usedUp(
      Statements statements, ClaimRequest request, Payment payment, Optional<String> name)
      throws SQLException {
    Optional<ChargeRow> same =
        statements.first(OF_REQUEST, ChargeRow::read, payment.id(), request.fingerprint());
    if (same.isPresent() && (same.get().state() == State.CLAIMED || same.get().hasAnswer())) {
      return takeUp(statements, request, same.get(), name);
    }
    Optional<ChargeRow> inFlight = statements.first(IN_FLIGHT, ChargeRow::read, payment.id());
    if (inFlight.isPresent()) {
      return takeUp(statements, request, inFlight.get(), name);
    }
    // what was read before may have changed since: a call that failed gives its use back
    if (statements.first(SPENT, row -> true, payment.id()).isPresent()) {
      return refused("token_exhausted");
    }
    return payment.expiresAt() <= now()
        ? refused("token_expired")
        : Verdict.of("payment_in_progress");
  }

  private Verdict takeUp(
      Statements statements, ClaimRequest request, ChargeRow row, Optional<String> name)
      throws SQLException {
    if (row.state() == State.SETTLED) {
      return row.hasAnswer()
          ? Verdict.of(new Claim.Replayed(row.charge(), row.answer(), row.receipt()))
          : Verdict.of("answer_expired");
    }
    if (row.isHeld(now())) {
      return Verdict.of("payment_in_progress");
    }
    return writer
        .beginAgain(statements, request, row, name)
        .map(charge -> Verdict.of(new Claim.Begun(charge)))
        .orElseGet(() -> Verdict.of("payment_in_progress"));
  }

  private static Verdict refused(String reason) {
    return Verdict.of(Refusal.of("payment_refused").because(reason));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
