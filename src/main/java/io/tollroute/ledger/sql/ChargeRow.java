package io.tollroute.ledger.sql;

import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.PaymentProof;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** What a claim needs to know of a charge that exists. */
record ChargeRow(
    String key,
    String fingerprint,
    State state,
    long fence,
    long leaseUntil,
    byte[] answer,
    String receipt,
    Optional<String> identifier,
    Optional<String> amount,
    Optional<String> payTo,
    byte[] settlement) {

  static final String COLUMNS =
      "proof_key, fingerprint, state, fence, lease_until, answer, receipt, identifier, amount, pay_to,"
          + " settlement";

  /** What is not settled is in the index charge_open, which SQLite uses for these very words. */
  static final String OPEN = "state <> 'SETTLED'";

  static ChargeRow read(ResultSet row) throws SQLException {
    byte[] answer = row.getBytes(6);
    String receipt = row.getString(7);
    byte[] settlement = row.getBytes(11);
    return new ChargeRow(
        row.getString(1),
        row.getString(2),
        State.valueOf(row.getString(3)),
        row.getLong(4),
        row.getLong(5),
        answer == null ? new byte[0] : answer,
        receipt == null ? "" : receipt,
        Optional.ofNullable(row.getString(8)),
        Optional.ofNullable(row.getString(9)),
        Optional.ofNullable(row.getString(10)),
        settlement == null ? new byte[0] : settlement);
  }

  /**
   * Whether a proof moves what was claimed. A payer may sign his nonce a second time, for less or
   * for somebody else.
   */
  boolean isMovedBy(PaymentProof proof) {
    return (amount.isEmpty() || amount.equals(proof.amount()))
        && (payTo.isEmpty() || payTo.equals(proof.receiver()));
  }

  boolean hasAnswer() {
    return answer.length > 0;
  }

  boolean isHeld(long now) {
    return leaseUntil > now;
  }

  Charge charge() {
    return new Charge(key, fence, state);
  }
}
