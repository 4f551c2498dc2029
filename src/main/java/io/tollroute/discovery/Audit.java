package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is served, as it is served now: of each document how large it is, its validator and how many
 * of the services it names. Nothing in it is said that is not counted.
 */
final class Audit implements Maker {

  private final Json json = new Json();
  private final JsonTemplate template = JsonTemplate.read("audit.yaml");
  private final Facts facts;
  private final Documents documents;

  Audit(Facts facts, Documents documents) {
    this.facts = facts;
    this.documents = documents;
  }

  @Override
  public byte[] of(Shelf shelf) {
    ObjectNode audit = template.with(facts.of(shelf));
    int total = shelf.offers().size();
    audit.put("services", total);
    audit.put(
        "asynchronous",
        shelf.offers().stream()
            .filter(offer -> offer.service().provider().job().isPresent())
            .count());
    boolean whole = true;
    for (JsonNode entry : audit.path("documents")) {
      ObjectNode row = (ObjectNode) entry;
      Ready ready = documents.find(row.path("name").asText()).orElseThrow().of(shelf);
      int named = named(shelf.offers(), new String(ready.bytes(), StandardCharsets.UTF_8));
      row.put("type", ready.type()).put("bytes", ready.length()).put("etag", ready.etag(false));
      if (row.path("lists").booleanValue()) {
        row.put("services", named).put("complete", named == total);
        whole &= named == total;
      }
      row.remove("lists");
    }
    return json.bytes(audit.put("complete", whole));
  }

  private static int named(List<Offer> offers, String text) {
    return (int)
        offers.stream()
            .map(Offer::service)
            .filter(
                service ->
                    text.contains('"' + service.toolName() + '"')
                        || text.contains("/" + service.id()))
            .count();
  }
}
