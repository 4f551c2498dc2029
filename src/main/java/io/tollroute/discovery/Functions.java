package io.tollroute.discovery;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Service;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The services as functions for models: {@code tools} as OpenAI's API takes them, and {@code calls}
 * with what to do when one is called, which that API would refuse among them.
 */
final class Functions implements Maker {

  private final Json json = new Json();
  private final JsonTemplate head = JsonTemplate.read("functions.yaml");
  private final JsonTemplate function = JsonTemplate.read("function.yaml");
  private final JsonTemplate call = JsonTemplate.read("function-call.yaml");
  private final Facts facts;

  Functions(Facts facts) {
    this.facts = facts;
  }

  @Override
  public byte[] of(Shelf shelf) {
    ObjectNode document = head.with(facts.of(shelf));
    return json.bytes(
        out -> {
          out.writeStartObject();
          for (Map.Entry<String, ?> field : document.properties()) {
            out.writeObjectField(field.getKey(), field.getValue());
          }
          out.writeArrayFieldStart("tools");
          for (Offer offer : shelf.offers()) {
            out.writeTree(tool(offer));
          }
          out.writeEndArray();
          out.writeObjectFieldStart("calls");
          for (Offer offer : shelf.offers()) {
            writeCall(out, offer);
          }
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private void writeCall(JsonGenerator out, Offer offer) throws IOException {
    out.writeFieldName(offer.service().toolName());
    ObjectNode told = call.with(facts.of(offer));
    told.put("asynchronous", offer.service().provider().job().isPresent());
    out.writeTree(told);
  }

  private ObjectNode tool(Offer offer) {
    Service service = offer.service();
    ObjectNode tool = function.with(facts.of(offer));
    ObjectNode definition = (ObjectNode) tool.required("function");
    ObjectNode whole = PlacedSchema.input(service);
    Optional<ObjectNode> strict = StrictSchema.of(whole);
    definition.put("strict", strict.isPresent());
    definition.set("parameters", strict.orElse(whole));
    return tool;
  }
}
