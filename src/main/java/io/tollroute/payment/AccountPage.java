package io.tollroute.payment;

import java.util.List;
import java.util.Optional;

/**
 * Rows of the books, newest first.
 *
 * @param next cursor of the next page, where there is one
 */
public record AccountPage<T>(List<T> rows, Optional<String> next) {

  /** Copies the rows. */
  public AccountPage {
    rows = List.copyOf(rows);
  }
}
