package io.tollroute.ledger.sql;

import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.ClaimRequest;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

/**
 * What a payer has bought under a name before, when the name comes again with another proof of his:
 * it is not bought a second time while the first may have been paid.
 */
final class NamedCharges {

  private static final String NAMED =
      "SELECT " + ChargeRow.COLUMNS + " FROM charge WHERE identifier = ? AND proof_key <> ?";
  private static final String FREE =
      "UPDATE charge SET identifier = NULL,"
          + " state = CASE WHEN state = 'CLAIMED' THEN 'RELEASED' ELSE state END,"
          + " fence = fence + 1, lease_until = 0, updated_at = ?"
          + " WHERE proof_key = ? AND fence = ? AND state = ?";

  private final ChargeWriter writer;
  private final Clock clock;

  NamedCharges(ChargeWriter writer, Clock clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * What the proof's name says of a proof that nothing was bought with; empty when the name is
   * free, be it that the charge that had it came to nothing.
   */
  Optional<ClaimDecision> claim(Statements statements, ClaimRequest request) throws SQLException {
    Optional<String> name = request.proof().identifier();
    Optional<ChargeRow> found =
        name.isPresent()
            ? statements.first(NAMED, ChargeRow::read, name.get(), request.proof().key())
            : Optional.empty();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ChargeRow row = found.get();
    boolean same =
        row.fingerprint().equals(request.fingerprint()) && row.isMovedBy(request.proof());
    if (!same && row.state() == State.CLAIMED && row.isHeld(now())) {
      // of whom the claim is, and whether anything comes of it, is not known yet
      return Optional.of(ClaimDecision.of("payment_in_progress"));
    }
    return same
        ? decide(statements, request, row)
        : Optional.of(ClaimDecision.of("payment_identifier_used"));
  }

  private Optional<ClaimDecision> decide(Statements statements, ClaimRequest request, ChargeRow row)
      throws SQLException {
    if (row.isHeld(now())) {
      return Optional.of(ClaimDecision.of("payment_in_progress"));
    }
    return switch (row.state()) {
      case CLAIMED, RELEASED, ANSWERED -> free(statements, row);
      case SETTLING, UNKNOWN -> Optional.of(ClaimDecision.of("settlement_unknown"));
      case PAID, SETTLED -> Optional.of(paid(statements, request, row));
      case REFUND_DUE, REFUNDED, CREDITED ->
          Optional.of(ClaimDecision.of(row.state().name().toLowerCase(Locale.ROOT)));
    };
  }

  /** Nothing was charged under the name, and nothing will be: it may be given to a new charge. */
  private Optional<ClaimDecision> free(Statements statements, ChargeRow row) throws SQLException {
    boolean freed = statements.update(FREE, now(), row.key(), row.fence(), row.state().name()) == 1;
    return freed ? Optional.empty() : Optional.of(ClaimDecision.of("payment_in_progress"));
  }

  private ClaimDecision paid(Statements statements, ClaimRequest request, ChargeRow row)
      throws SQLException {
    if (row.state() == State.SETTLED && !row.hasAnswer()) {
      return ClaimDecision.of("answer_expired");
    }
    if (!request.recognized()) {
      return ClaimDecision.of(new Claim.PaidBefore(row.charge()));
    }
    return row.state() == State.SETTLED
        ? ClaimDecision.of(new Claim.Replayed(row.charge(), row.answer(), row.receipt()))
        : writer.owe(statements, request, row);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
