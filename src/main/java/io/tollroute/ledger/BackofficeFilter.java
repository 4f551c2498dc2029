package io.tollroute.ledger;

import java.util.Optional;

/**
 * Which rows of the books are asked for, newest first.
 *
 * @param state as it is shown, in lower case
 * @param service id of a service
 * @param payer who paid
 * @param since seconds since the epoch: created then or later
 * @param until seconds since the epoch: created before
 * @param limit rows at most, 1 to {@link #MAX_LIMIT}
 * @param cursor where the page before ended
 * @param marks what else tells rows from others
 */
public record BackofficeFilter(
    Optional<String> state,
    Optional<String> service,
    Optional<String> payer,
    long since,
    long until,
    int limit,
    Optional<String> cursor,
    Marks marks) {

  /**
   * What else tells rows from others.
   *
   * @param transaction that moved the money, as a hash
   * @param requestId our id of the request; charges only
   * @param payment id of the token that was used or bought
   * @param settledSince seconds since the epoch: the money came then or later; 0 for whenever
   * @param settledUntil seconds since the epoch: the money came before; the greatest for whenever
   */
  public record Marks(
      Optional<String> transaction,
      Optional<String> requestId,
      Optional<String> payment,
      long settledSince,
      long settledUntil) {

    /** Nothing else. */
    public static Marks none() {
      return new Marks(Optional.empty(), Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE);
    }

    public boolean areOfSettled() {
      return settledSince > 0 || settledUntil < Long.MAX_VALUE;
    }
  }

  /** Rows that are told apart by nothing else. */
  public BackofficeFilter(
      Optional<String> state,
      Optional<String> service,
      Optional<String> payer,
      long since,
      long until,
      int limit,
      Optional<String> cursor) {
    this(state, service, payer, since, until, limit, cursor, Marks.none());
  }

  /** Rows of the largest page; a page holds up the ledger while it is read. */
  public static final int MAX_LIMIT = 500;

  /** Everything from the newest on, in the largest pages. */
  public static BackofficeFilter everything() {
    return new BackofficeFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Long.MAX_VALUE,
        MAX_LIMIT,
        Optional.empty());
  }

  /** The same rows, from where the page before ended. */
  public BackofficeFilter from(String next) {
    return new BackofficeFilter(
        state, service, payer, since, until, limit, Optional.of(next), marks);
  }
}
