package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.PaymentMethod;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Shows what is offered now. A shelf stays the same object as long as nothing of it changes, so
 * that what was made of it can be kept with it. Terms may change later than the catalogue, as they
 * are written down first.
 */
final class Window implements Supplier<Shelf> {

  private final Supplier<Catalogue> catalogue;
  private final List<PaymentMethod> methods;
  private volatile Optional<Shelf> shown = Optional.empty();

  /** Shows what {@code methods} say of the services of {@code catalogue}. */
  Window(Supplier<Catalogue> catalogue, List<PaymentMethod> methods) {
    this.catalogue = catalogue;
    this.methods = List.copyOf(methods);
  }

  @Override
  public Shelf get() {
    Catalogue current = catalogue.get();
    Refusal unpaid = Refusal.of("payment_required");
    Optional<Shelf> before = shown;
    if (before.isPresent() && before.get().holds(current, unpaid)) {
      return before.get();
    }
    Shelf now =
        new Shelf(
            current,
            current.services().stream()
                .filter(Service::isListed)
                .map(service -> Offer.of(service, methods, unpaid))
                .toList());
    shown = Optional.of(now);
    return now;
  }

  /** What is asked for a service of {@code shelf}, or for one that was on sale until just now. */
  Offer offer(Shelf shelf, Service service) {
    return shelf
        .find(service.id())
        .filter(offer -> offer.service() == service)
        .orElseGet(() -> Offer.of(service, methods, Refusal.of("payment_required")));
  }
}
