package io.tollroute.ledger.sql;

import java.sql.SQLException;

/** A commit of which nobody knows whether it was done. */
final class CommitInDoubt extends SQLException {

  private static final long serialVersionUID = 1L;

  CommitInDoubt(SQLException cause) {
    super(cause.getMessage(), cause.getSQLState(), cause);
  }

  CommitInDoubt(String message) {
    super(message);
  }
}
