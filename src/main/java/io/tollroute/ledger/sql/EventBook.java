package io.tollroute.ledger.sql;

import java.sql.SQLException;
import java.util.Locale;

/**
 * Writes what receivers are told, inside the transaction of the change that it tells: both are
 * there, or neither.
 */
interface EventBook {

  /** What has become of a charge. */
  enum Type {
    /** Its money has come in. */
    SETTLED,
    /** Its call was refused; nothing was charged. */
    REFUSED,
    /** Its money is to be paid back, or made good with a token. */
    OWED,
    /** Its money was paid back. */
    REFUNDED,
    /** Its payer has taken a token for it. */
    CREDITED,
    /** Whether money moved is not known. */
    UNDECIDED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Tells nobody anything, and asks the database nothing. */
  EventBook NONE = new Silent();

  /** What has become of the charge of {@code key}, as it stands now. */
  default void tell(Statements statements, Type type, String key) throws SQLException {
    tell(statements, type, key, type.word());
  }

  /** The same, with the word with which its call ended. */
  void tell(Statements statements, Type type, String key, String outcome) throws SQLException;

  /** What came in or was paid back of an order, in millionths of the currency. */
  void tellOfOrder(Statements statements, Type type, String id, long micros) throws SQLException;

  /**
   * Whether it is about to become undecided for the first time; asked before, as its row does not
   * tell it afterwards.
   */
  boolean isNewsToBeUndecided(Statements statements, String key) throws SQLException;

  /** The book of a shop that tells nothing. */
  final class Silent implements EventBook {

    private Silent() {}

    @Override
    public void tell(Statements statements, Type type, String key, String outcome) {
      // nobody wants to know
    }

    @Override
    public void tellOfOrder(Statements statements, Type type, String id, long micros) {
      // nobody wants to know
    }

    @Override
    public boolean isNewsToBeUndecided(Statements statements, String key) {
      return false;
    }
  }
}
