package io.tollroute.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tollroute.ledger.AnsweredCalls.Answered;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** All of one service in words. */
final class ServicePage implements Documents.OfOne {

  private final ObjectWriter pretty = new ObjectMapper().writerWithDefaultPrettyPrinter();
  private final TextTemplate template = TextTemplate.read("service-llms.txt");
  private final Facts facts;
  private final Supplier<Map<String, Answered>> answered;

  /** Tells what {@code answered} knows of calls, by the service's id. */
  ServicePage(Facts facts, Supplier<Map<String, Answered>> answered) {
    this.facts = facts;
    this.answered = answered;
  }

  @Override
  public byte[] of(Offer offer) {
    Map<String, Object> told = new HashMap<>(facts.of(offer));
    told.put("inputSchema", pretty(PlacedSchema.input(offer.service())));
    told.put("outputSchema", pretty(PlacedSchema.output(offer.service())));
    told.put("exampleRequest", pretty(offer.service().exampleRequest()));
    told.put("exampleResponse", pretty(offer.service().detailed().example()));
    told.put("accepts", offer.accepts().stream().map(ServicePage::accepted).toList());
    Optional.ofNullable(answered.get().get(offer.service().id()))
        .map(Quality::of)
        .ifPresent(quality -> told.put("quality", quality.facts()));
    facts.account().ifPresent(account -> told.put("provider", account.mover()));
    return template.bytes(told);
  }

  private static Map<String, String> accepted(JsonNode accepts) {
    return Map.of(
        "scheme", accepts.path("scheme").asText(),
        "network", accepts.path("network").asText(),
        "amount", accepts.path("amount").asText(),
        "asset", accepts.path("asset").asText(),
        "payTo", accepts.path("payTo").asText());
  }

  private String pretty(JsonNode json) {
    try {
      return pretty.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
