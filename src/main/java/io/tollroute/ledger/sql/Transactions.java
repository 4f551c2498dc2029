package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Ledger;
import java.sql.SQLException;

/** Does work on the ledger's database, each piece whole or not at all. */
public interface Transactions extends AutoCloseable {

  /** Work inside a transaction that others may share; it must not commit. */
  @FunctionalInterface
  interface Work<T> {
    T run(Statements statements) throws SQLException;
  }

  /**
   * Runs the work and returns when it is durable. Work may be run more than once when an earlier
   * run was rolled back.
   *
   * @throws Refusal {@code ledger_unavailable} when it failed or took too long; because of {@link
   *     Ledger#IN_DOUBT} when the work may be done all the same
   */
  <T> T commit(Work<T> work) throws Refusal;

  /** How many connections are at work; none where one thread writes. */
  default int busy() {
    return 0;
  }

  /** How many commits wait for their turn. */
  default int waiting() {
    return 0;
  }

  @Override
  void close();
}
