package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Optional;

/**
 * What operators did, kept in the ledger. Entries are added and never changed or taken away. All
 * methods throw {@code ledger_unavailable} when the ledger does not answer in time.
 */
public interface AuditLog {

  /**
   * What an operator is about to do.
   *
   * @param who as the surface knows him
   * @param surface api, cli or page
   * @param action a word, for example {@code refund}
   * @param object key of a charge or id of a payment; empty where there is none
   * @param detail what else he said
   */
  record Intent(String who, String surface, String action, String object, String detail) {}

  /**
   * An action as it stands in the log.
   *
   * @param atMillis when it began, in milliseconds since the epoch
   * @param outcome done, refused, invalid, not_found, unavailable or failed; empty when the process
   *     ended in the middle of it, or when it is not over
   * @param said why it was not done
   */
  record Entry(String id, long atMillis, Intent intent, Optional<String> outcome, String said) {}

  /**
   * Which entries are asked for, newest first.
   *
   * @param object only of this one, if it is not empty
   * @param since seconds since the epoch: begun then or later
   * @param until seconds since the epoch: begun before
   * @param limit how many at most, 1 to {@link BackofficeFilter#MAX_LIMIT}
   * @param cursor where the page before ended
   */
  record Filter(
      Optional<String> object, long since, long until, int limit, Optional<String> cursor) {

    /** The newest of one object. */
    public static Filter of(String object, int limit) {
      return new Filter(Optional.of(object), 0, Long.MAX_VALUE, limit, Optional.empty());
    }

    /** The same entries, from where the page before ended. */
    public Filter from(String next) {
      return new Filter(object, since, until, limit, Optional.of(next));
    }
  }

  /**
   * Writes down what is about to be done; it must be here before it is.
   *
   * @return the id of the entry
   */
  String begin(Intent intent) throws Refusal;

  /**
   * Writes down what came of it.
   *
   * @param id of the entry
   * @param said why it was not done; empty when it was
   */
  void end(String id, String outcome, String said) throws Refusal;

  /**
   * Entries, newest first.
   *
   * @throws Objection for a limit or cursor that cannot be
   */
  BackofficePage<Entry> entries(Filter filter) throws Objection, Refusal;
}
