package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The small documents that lead to the large ones. */
final class Guides {

  private final Json json = new Json();
  private final Facts facts;
  private final Map<String, JsonNode> bodies;

  /** Leads to what {@code facts} tells of; {@code bodies} are the schemas that buyers meet. */
  Guides(Facts facts, Map<String, JsonNode> bodies) {
    this.facts = facts;
    this.bodies = Map.copyOf(bodies);
  }

  /** Where everything is, as Server402's clients look for it. */
  Maker discovery() {
    return filled(
        "server402.yaml",
        document -> {
          facts.movers().forEach(document.withObject("/payment").withArray("providers")::add);
          facts.waysToPay().forEach(document.withObject("/payment").withArray("providerIds")::add);
          return document;
        });
  }

  /** What an agent does, step by step. */
  Maker agents() {
    return filled(
        "agent-guide.yaml",
        document -> {
          ObjectNode order = document.withObject("/payment/createPayment");
          order.set("bodySchema", bodies.get("PaymentOrder"));
          order.set("responseSchema", bodies.get("Payment"));
          return document;
        });
  }

  /** The linkset of RFC 9727. */
  Maker linkset() {
    JsonTemplate template = JsonTemplate.read("api-catalog.yaml");
    return shelf -> {
      ObjectNode document = template.with(facts.of(shelf));
      ArrayNode items = document.withArray("/linkset/0/item");
      shelf
          .offers()
          .forEach(
              offer ->
                  items
                      .addObject()
                      .put("href", facts.base() + offer.service().address())
                      .put("title", offer.service().title()));
      return json.bytes(document);
    };
  }

  /** APIs.json, with each service as an API. */
  Maker apis() {
    JsonTemplate api = JsonTemplate.read("apis-service.yaml");
    return new ServiceList(
        facts,
        "apis.yaml",
        "apis",
        offer -> {
          ObjectNode entry = api.with(facts.of(offer));
          offer.service().tags().forEach(entry.putArray("tags")::add);
          return entry;
        },
        document -> {
          facts
              .contact()
              .ifPresent(
                  who ->
                      document
                          .putArray("maintainers")
                          .addObject()
                          .put("FN", facts.seller())
                          .put(who.startsWith("http") ? "url" : "email", who));
          return document;
        });
  }

  private Maker filled(String name, UnaryOperator<ObjectNode> completed) {
    JsonTemplate template = JsonTemplate.read(name);
    return shelf -> json.bytes(completed.apply(template.with(facts.of(shelf))));
  }
}
