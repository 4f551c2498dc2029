package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A document with a list that has an entry for each service, after those that it always has. */
final class ServiceList implements Maker {

  private static final String TOTAL = "total";

  private final Json json = new Json();
  private final JsonTemplate template;
  private final String list;
  private final Function<Offer, JsonNode> entry;
  private final UnaryOperator<ObjectNode> completed;
  private final Facts facts;

  /**
   * A document.
   *
   * @param template all but the list's entries
   * @param list the member at the root that lists
   * @param entry of the list
   * @param completed adds to the document what its template cannot say
   */
  ServiceList(
      Facts facts,
      String template,
      String list,
      Function<Offer, JsonNode> entry,
      UnaryOperator<ObjectNode> completed) {
    this.facts = facts;
    this.template = JsonTemplate.read(template);
    this.list = list;
    this.entry = entry;
    this.completed = completed;
  }

  ServiceList(Facts facts, String template, String list, Function<Offer, JsonNode> entry) {
    this(facts, template, list, entry, UnaryOperator.identity());
  }

  @Override
  public byte[] of(Shelf shelf) {
    ObjectNode document = completed.apply(template.with(facts.of(shelf)));
    if (document.has(TOTAL)) {
      document.put(TOTAL, shelf.offers().size());
    }
    return json.bytes(
        out -> {
          out.writeStartObject();
          for (Map.Entry<String, JsonNode> field : document.properties()) {
            out.writeFieldName(field.getKey());
            if (field.getKey().equals(list)) {
              out.writeStartArray();
              for (JsonNode always : field.getValue()) {
                out.writeTree(always);
              }
              for (Offer offer : shelf.offers()) {
                out.writeTree(entry.apply(offer));
              }
              out.writeEndArray();
            } else {
              out.writeTree(field.getValue());
            }
          }
          out.writeEndObject();
        });
  }
}
