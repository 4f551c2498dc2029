package io.tollroute.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.util.HashMap;
import java.util.Map;

/** All of one service in words. */
final class ServicePage implements Documents.OfOne {

  private final ObjectWriter pretty = new ObjectMapper().writerWithDefaultPrettyPrinter();
  private final TextTemplate template = TextTemplate.read("service-llms.txt");
  private final Facts facts;

  ServicePage(Facts facts) {
    this.facts = facts;
  }

  @Override
  public byte[] of(Offer offer) {
    Map<String, Object> told = new HashMap<>(facts.of(offer));
    told.put("inputSchema", pretty(PlacedSchema.input(offer.service())));
    told.put("outputSchema", pretty(PlacedSchema.output(offer.service())));
    told.put("exampleRequest", pretty(offer.service().exampleRequest()));
    told.put("exampleResponse", pretty(offer.service().detailed().example()));
    told.put("accepts", offer.accepts().stream().map(ServicePage::accepted).toList());
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
