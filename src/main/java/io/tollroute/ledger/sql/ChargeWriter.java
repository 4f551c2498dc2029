package io.tollroute.ledger.sql;

import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/** The statements that begin a charge or take it over from a claim that has ended. */
final class ChargeWriter {

  private static final String INSERT =
      "INSERT INTO charge (proof_key, identifier, service, fingerprint, request_id, state, fence,"
          + " lease_until, keep_until, created_at, updated_at, method, cents, rest, currency,"
          + " amount, payer, payment, buys, settlement, pay_to, alone, units, surface)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT DO NOTHING";
  private static final String BEGIN_AGAIN =
      "UPDATE charge SET service = ?, fingerprint = ?, request_id = ?, identifier = ?, state = ?,"
          + " cents = ?, rest = ?, currency = ?, amount = ?, pay_to = ?, buys = ?, settlement = ?, alone = ?,"
          + " units = ?, surface = ?,"
          + " answer = NULL, receipt = NULL,"
          + " upstream_id = NULL, tries = 0, retry_at = 0, unknown_at = NULL, settled_at = NULL,"
          + " fence = fence + 1, lease_until = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = ?";
  private static final String RESUME =
      "UPDATE charge SET request_id = ?, identifier = COALESCE(?, identifier), state = ?,"
          + " settlement = ?,"
          + " fence = fence + 1, lease_until = ?, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = ?";

  private final Clock clock;
  private final long settlementSeconds;

  ChargeWriter(Clock clock, long settlementSeconds) {
    this.clock = clock;
    this.settlementSeconds = settlementSeconds;
  }

  /**
   * What tells a new charge from another of the same request.
   *
   * @param payment the payment whose token is used
   */
  record Identity(
      String key,
      Optional<String> identifier,
      long keepUntil,
      ChargeTerms terms,
      Optional<String> payer,
      Optional<String> payment) {}

  /** Begins a charge unless its key, its identifier or what it buys is taken. */
  Optional<Charge> insert(Statements statements, ClaimRequest request, Identity identity)
      throws SQLException {
    long now = now();
    // a charge that was erased and begins again goes on above where it was
    long fence = clock.millis();
    State state = firstState(identity.terms());
    int inserted =
        statements.update(
            INSERT,
            identity.key(),
            identity.identifier(),
            request.service(),
            request.fingerprint(),
            request.requestId(),
            state.name(),
            fence,
            now + leaseSeconds(request, state),
            identity.keepUntil(),
            now,
            now,
            request.proof().method(),
            MoneyColumns.cents(identity.terms().micros()),
            MoneyColumns.rest(identity.terms().micros()),
            identity.terms().currency(),
            request.proof().amount(),
            identity.payer(),
            identity.payment(),
            identity.terms().buys(),
            settlement(request, state, new byte[0]),
            request.proof().receiver(),
            alone(request, state),
            request.terms().units(),
            request.surface());
    return inserted == 1 ? Optional.of(new Charge(identity.key(), fence, state)) : Optional.empty();
  }

  /** Takes over a charge that came to nothing, for a request that may be another. */
  Optional<Charge> beginAgain(
      Statements statements, ClaimRequest request, ChargeRow row, Optional<String> identifier)
      throws SQLException {
    State state = firstState(request.terms());
    int changed =
        statements.update(
            BEGIN_AGAIN,
            request.service(),
            request.fingerprint(),
            request.requestId(),
            identifier,
            state.name(),
            MoneyColumns.cents(request.terms().micros()),
            MoneyColumns.rest(request.terms().micros()),
            request.terms().currency(),
            request.proof().amount(),
            request.proof().receiver(),
            request.terms().buys(),
            settlement(request, state, new byte[0]),
            alone(request, state),
            request.terms().units(),
            request.surface(),
            now() + leaseSeconds(request, state),
            now(),
            row.key(),
            row.fence(),
            row.state().name());
    return taken(changed, row, state);
  }

  /** Takes over a charge for the request that it is for, with what was done for it. */
  Optional<Charge> resume(
      Statements statements,
      ClaimRequest request,
      ChargeRow row,
      State next,
      Optional<String> identifier)
      throws SQLException {
    int changed =
        statements.update(
            RESUME,
            request.requestId(),
            identifier,
            next.name(),
            settlement(request, next, row.settlement()),
            now() + leaseSeconds(request, next),
            now(),
            row.key(),
            row.fence(),
            row.state().name());
    return taken(changed, row, next);
  }

  /** Takes over a charge that is paid, to do the work that is owed for it. */
  ClaimDecision owe(Statements statements, ClaimRequest request, ChargeRow row)
      throws SQLException {
    return resume(statements, request, row, State.PAID, request.proof().identifier())
        .map(charge -> ClaimDecision.of(new Claim.Owed(charge, row.receipt())))
        .orElseGet(() -> ClaimDecision.of("payment_in_progress"));
  }

  private static Optional<Charge> taken(int changed, ChargeRow row, State next) {
    return changed == 1
        ? Optional.of(new Charge(row.key(), row.fence() + 1, next))
        : Optional.empty();
  }

  private long leaseSeconds(ClaimRequest request, State state) {
    return state == State.SETTLING ? settlementSeconds : request.workSeconds();
  }

  private static State firstState(ChargeTerms terms) {
    return terms.settlesFirst() ? State.SETTLING : State.CLAIMED;
  }

  /** Whoever pays before the work has none done for nothing. */
  private static Optional<String> alone(ClaimRequest request, State state) {
    return request.alone() && state == State.CLAIMED && request.terms().buys().isEmpty()
        ? request.proof().payer()
        : Optional.empty();
  }

  private static Optional<byte[]> settlement(ClaimRequest request, State state, byte[] before) {
    return state == State.SETTLING
        ? Optional.of(request.sealedSettlement().apply(before)).filter(bytes -> bytes.length > 0)
        : Optional.empty();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
