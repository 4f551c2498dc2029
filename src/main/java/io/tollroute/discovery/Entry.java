package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A service as an entry of the catalogue and of what a search finds, whole or short. */
final class Entry {

  private static final List<String> OF_PRICE =
      List.of("amount", "amountCents", "currency", "billingMode", "maxCalls");

  /** In the 402, what other inputs and more calls at once cost. */
  private static final String PRICING = "pricing";

  /** In the 402, the calls that cost nothing. */
  private static final String FREE = "free";

  private final JsonTemplate whole = JsonTemplate.read("entry.yaml");
  private final JsonTemplate job = JsonTemplate.read("entry-job.yaml");
  private final JsonTemplate brief = JsonTemplate.read("entry-brief.yaml");
  private final Facts facts;

  Entry(Facts facts) {
    this.facts = facts;
  }

  /** All that there is to say of it; {@code answered} is what is known of its calls. */
  ObjectNode of(Offer offer, Optional<Answered> answered) {
    Service service = offer.service();
    ObjectNode entry = whole.with(facts.of(offer));
    entry.put("provider", service.provider().name());
    service.aliases().stream()
        .findFirst()
        .ifPresent(
            alias -> {
              entry.put("internalServiceId", alias);
              entry.put("legacyEndpoint", facts.base() + service.otherAddresses().get(0));
            });
    Stream.concat(service.tags().stream(), service.shelf().keywords().stream())
        .distinct()
        .forEach(entry.withArray("keywords")::add);
    service.tags().forEach(entry.putArray("tags")::add);
    service.aliases().forEach(entry.putArray("aliases")::add);
    service
        .otherAddresses()
        .forEach(address -> entry.withArray("endpointAliases").add(facts.base() + address));
    sayWhetherJob(entry, service);
    entry.set("inputSchema", PlacedSchema.input(service));
    entry.set("outputSchema", PlacedSchema.output(service));
    entry.set("exampleRequest", service.exampleRequest());
    entry.set("exampleResponse", service.detailed().example());
    complete(entry, offer);
    answered.map(Quality::of).ifPresent(quality -> entry.set("quality", quality.json()));
    return entry;
  }

  /** What is needed to choose. */
  ObjectNode briefly(Offer offer) {
    ObjectNode entry = brief.with(facts.of(offer));
    sayWhetherJob(entry, offer.service());
    return entry;
  }

  /** Whether its work goes on after the call, and how long at most. */
  private void sayWhetherJob(ObjectNode entry, Service service) {
    entry.put("asynchronous", service.provider().job().isPresent());
    service
        .provider()
        .job()
        .ifPresent(
            begun ->
                entry.set(
                    "job", job.with(facts.ofShop()).put("withinSeconds", begun.withinSeconds())));
  }

  /** As the 402 says them: what it costs, who is paid, and what to send. */
  private static void complete(ObjectNode entry, Offer offer) {
    ObjectNode pricing = (ObjectNode) entry.required(PRICING);
    ObjectNode payment = entry.putObject("payment");
    ObjectNode unpaid = offer.members();
    for (Map.Entry<String, JsonNode> said : unpaid.path("payment").properties()) {
      if (said.getKey().equals(PRICING)) {
        pricing.setAll((ObjectNode) said.getValue());
      } else {
        (OF_PRICE.contains(said.getKey()) ? pricing : payment).set(said.getKey(), said.getValue());
      }
    }
    if (unpaid.has(FREE)) {
      pricing.set(FREE, unpaid.get(FREE));
    }
    payment.putArray("accepts").addAll(offer.accepts());
  }
}
