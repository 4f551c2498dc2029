package io.tollroute.ledger;

import java.util.List;
import java.util.Optional;

/**
 * Rows of the books, newest first.
 *
 * @param next cursor of the next page, where there is one
 */
public record BackofficePage<T>(List<T> rows, Optional<String> next) {

  /** Copies the rows. */
  public BackofficePage {
    rows = List.copyOf(rows);
  }
}
