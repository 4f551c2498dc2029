package io.tollroute.discovery;

import io.tollroute.catalog.Catalogue;
import java.util.List;
import java.util.Optional;

/**
 * What is offered at one moment.
 *
 * @param offers in the order of the catalogue
 */
record Shelf(Catalogue catalogue, List<Offer> offers) {

  Shelf {
    offers = List.copyOf(offers);
  }

  /** The offer of a service, by its id or an alias. */
  Optional<Offer> find(String idOrAlias) {
    return catalogue
        .find(idOrAlias)
        .flatMap(found -> offers.stream().filter(offer -> offer.service() == found).findFirst());
  }

  /** Whether the other one offers the same on the same terms. */
  boolean isSame(Shelf other) {
    boolean same = offers.size() == other.offers().size();
    for (int i = 0; same && i < offers.size(); i++) {
      same = offers.get(i).isSame(other.offers().get(i));
    }
    return same;
  }
}
