package io.tollroute.admin;

import io.tollroute.breaker.Breakers;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.Listings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is on sale, what is not and why, and what the facilitator lists. */
final class CataloguePage implements PageStep.Page {

  private final Templates templates;
  private final LiveCatalogue catalogue;
  private final Listings listings;
  private final Breakers breakers;

  CataloguePage(
      Templates templates, LiveCatalogue catalogue, Listings listings, Breakers breakers) {
    this.templates = templates;
    this.catalogue = catalogue;
    this.listings = listings;
    this.breakers = breakers;
  }

  @Override
  public Answer answer(PageRequest request) throws Refusal {
    Catalogue current = catalogue.current();
    Set<String> keptBack = Set.copyOf(breakers.open());
    Map<String, String> listed =
        listings.all().stream()
            .collect(
                Collectors.groupingBy(
                    Listings.Listed::service,
                    Collectors.mapping(CataloguePage::said, Collectors.joining("; "))));
    Map<String, Object> facts = new HashMap<>();
    facts.put("fault", catalogue.lastFault().orElse(""));
    facts.put("count", current.services().size());
    facts.put(
        "services",
        current.services().stream().map(service -> row(service, keptBack, listed)).toList());
    List<Map<String, String>> withheld =
        current.withheld().stream().map(CataloguePage::withheld).toList();
    facts.put("withheld", withheld);
    facts.put("hasWithheld", !withheld.isEmpty());
    return Answer.page("done", templates.page("catalogue", "Catalogue", request.session(), facts));
  }

  private static String said(Listings.Listed listed) {
    return listed.kind()
        + ": "
        + listed.status()
        + listed.reason().map(why -> " (" + why + ")").orElse("");
  }

  private static Map<String, String> row(
      Service service, Set<String> keptBack, Map<String, String> listed) {
    boolean kept = keptBack.contains("service " + service.id());
    Map<String, String> row = new LinkedHashMap<>();
    row.put("id", service.id());
    row.put("name", service.title());
    row.put("price", service.price().amount().toPlainString() + " " + service.price().currency());
    row.put("kind", service.kind());
    row.put("provider", service.provider().route());
    row.put("state", kept ? "bad" : "well");
    row.put("stateWords", kept ? "kept back" : "in use");
    row.put("shown", service.isListed() ? "yes" : "no: its file says so");
    row.put("listed", listed.getOrDefault(service.id(), "–"));
    return row;
  }

  private static Map<String, String> withheld(Service service) {
    return Map.of(
        "id", service.id(),
        "name", service.title(),
        "why", service.shelf().withheld().orElse(""));
  }
}
