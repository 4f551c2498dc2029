package io.tollroute.discovery;

import io.tollroute.call.Refusal;
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

  /** Whether the same is offered on the same terms still. */
  boolean holds(Catalogue current, Refusal unpaid) {
    if (catalogue != current) {
      return false;
    }
    for (Offer offer : offers) {
      if (!offer.holds(unpaid)) {
        return false;
      }
    }
    return true;
  }
}
