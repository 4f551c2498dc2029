package io.tollroute.ledger.sql;

import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenHash;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Reads payments, and gives uses back to them. */
public final class TokenRows {

  private static final String COLUMNS =
      "id, service, "
          + MoneyColumns.PRICE
          + ", currency, calls, used, state, provider, payer, created_at, expires_at,"
          + " paid_at, token_hash, units";
  private static final String OF_ID = "SELECT " + COLUMNS + " FROM payment WHERE id = ?";
  private static final String OF_TOKEN = "SELECT " + COLUMNS + " FROM payment WHERE token_hash = ?";
  private static final String OF_CHARGE =
      "SELECT "
          + COLUMNS
          + " FROM payment WHERE id = (SELECT payment FROM charge WHERE proof_key = ?)";

  private static final String GIVE_BACK =
      "UPDATE payment SET used = used - 1, updated_at = ? WHERE id = ?";

  private TokenRows() {}

  private record Hashed(PrepaidToken payment, String hash) {}

  static Optional<PrepaidToken> ofId(Statements statements, String id) throws SQLException {
    return statements.first(OF_ID, TokenRows::read, id).map(Hashed::payment);
  }

  static Optional<PrepaidToken> ofToken(Statements statements, TokenHash token)
      throws SQLException {
    return statements
        .first(OF_TOKEN, TokenRows::read, token.hex())
        .filter(found -> token.isSame(found.hash()))
        .map(Hashed::payment);
  }

  /** The payment whose token a charge uses. */
  static Optional<PrepaidToken> ofCharge(Statements statements, String key) throws SQLException {
    return statements.first(OF_CHARGE, TokenRows::read, key).map(Hashed::payment);
  }

  /** Gives a reserved use back; the caller has seen to it that it is given back once. */
  static void giveBack(Statements statements, String id, long now) throws SQLException {
    statements.update(GIVE_BACK, now, id);
  }

  private static Optional<Integer> units(ResultSet row) throws SQLException {
    int units = row.getInt(14);
    return row.wasNull() ? Optional.empty() : Optional.of(units);
  }

  private static Hashed read(ResultSet row) throws SQLException {
    long paidAt = row.getLong(12);
    Optional<Long> paid = row.wasNull() ? Optional.empty() : Optional.of(paidAt);
    return new Hashed(
        new PrepaidToken(
            row.getString(1),
            row.getString(2),
            row.getLong(3),
            row.getString(4),
            row.getInt(5),
            units(row),
            row.getInt(6),
            PrepaidToken.State.valueOf(row.getString(7)),
            row.getString(8),
            Optional.ofNullable(row.getString(9)),
            row.getLong(10),
            row.getLong(11),
            paid),
        row.getString(13));
  }
}
