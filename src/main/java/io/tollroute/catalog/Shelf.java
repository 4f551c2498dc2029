package io.tollroute.catalog;

import java.util.List;
import java.util.Optional;

/**
 * How a service is found, and whether it is on sale.
 *
 * @param category the kind of thing that it is, for filters
 * @param keywords words that it is searched by, in any language
 * @param requires what whoever runs the shop must have before it works, such as an application at
 *     the provider; for the operator
 * @param withheld why it is not on sale; empty when it is
 */
public record Shelf(
    String category, List<String> keywords, Optional<String> requires, Optional<String> withheld) {

  /** On sale, and found by its texts alone. */
  public static final Shelf PLAIN =
      new Shelf("other", List.of(), Optional.empty(), Optional.empty());

  /** A shelf with its own copy of the list. */
  public Shelf {
    keywords = List.copyOf(keywords);
  }
}
