package io.tollroute.discovery;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWord;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The OpenAPI 3.1 document: a skeleton of all that is always there, and an operation for each
 * service.
 */
final class OpenApi implements Maker {

  private static final String JSON_TYPE = "application/json";
  private static final String PATHS = "paths";

  private final JsonTemplate skeleton = JsonTemplate.read("openapi.yaml");
  private final JsonTemplate job = JsonTemplate.read("openapi-job.yaml");
  private final JsonTemplate operation = JsonTemplate.read("openapi-tool.yaml");
  private final Json json = new Json();
  private final Facts facts;
  private final Envelope envelope;
  private final List<ErrorWord> words;
  private final Map<String, JsonNode> bodies;

  /**
   * Describes a shop.
   *
   * @param words that its answers may hold
   * @param bodies schemas of request bodies by the names that the skeleton has for them
   */
  OpenApi(Facts facts, Envelope envelope, List<ErrorWord> words, Map<String, JsonNode> bodies) {
    this.facts = facts;
    this.envelope = envelope;
    this.words = List.copyOf(words);
    this.bodies = Map.copyOf(bodies);
  }

  @Override
  public byte[] of(Shelf shelf) {
    ObjectNode document = skeleton.with(facts.of(shelf));
    complete(document);
    return json.bytes(
        out -> {
          out.writeStartObject();
          for (Map.Entry<String, JsonNode> field : document.properties()) {
            out.writeFieldName(field.getKey());
            if (field.getKey().equals(PATHS)) {
              writePaths(out, shelf, field.getValue());
            } else {
              out.writeTree(field.getValue());
            }
          }
          out.writeEndObject();
        });
  }

  private void writePaths(JsonGenerator out, Shelf shelf, JsonNode others) throws IOException {
    out.writeStartObject();
    for (Offer offer : shelf.offers()) {
      out.writeFieldName(offer.service().address());
      out.writeTree(path(offer));
    }
    for (Map.Entry<String, JsonNode> other : others.properties()) {
      out.writeFieldName(other.getKey());
      out.writeTree(other.getValue());
    }
    out.writeEndObject();
  }

  private void complete(ObjectNode document) {
    facts
        .contact()
        .ifPresent(
            who ->
                document
                    .withObject("/info/contact")
                    .put("name", facts.seller())
                    .put(who.startsWith("http") ? "url" : "email", who));
    ObjectNode schemas = document.withObject("/components/schemas");
    bodies.forEach(
        (name, schema) -> {
          ObjectNode copy = schema.deepCopy();
          copy.remove("$schema");
          schemas.set(name, copy);
        });
    ObjectNode responses = document.withObject("/components/responses");
    byStatus().forEach((status, those) -> responses.set(status, response(those)));
  }

  private Map<String, List<ErrorWord>> byStatus() {
    return words.stream()
        .collect(
            Collectors.groupingBy(
                word -> Integer.toString(word.status()), TreeMap::new, Collectors.toList()));
  }

  private ObjectNode response(List<ErrorWord> those) {
    ObjectNode response = envelopeOf("Failure");
    response.put(
        "description",
        those.stream()
            .map(word -> word.word() + ": " + word.message())
            .collect(Collectors.joining(" ")));
    if (those.stream().anyMatch(word -> word.patience().isPresent())) {
      response
          .withObject("/headers/Retry-After")
          .put("description", "Seconds after which another try may succeed")
          .putObject("schema")
          .put("type", "integer");
    }
    return response;
  }

  private static ObjectNode envelopeOf(String schema) {
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    response
        .putObject("content")
        .putObject(JSON_TYPE)
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + schema);
    return response;
  }

  private ObjectNode path(Offer offer) {
    Service service = offer.service();
    ObjectNode path = operation.with(facts.of(offer));
    ObjectNode post = (ObjectNode) path.required("post");
    String place = PlacedSchema.pointer(PATHS, service.address(), "post");
    ObjectNode request = post.withObject(content("requestBody"));
    request.set(
        "schema",
        PlacedSchema.at(place + content("requestBody") + "/schema", PlacedSchema.input(service)));
    request.set("example", service.exampleRequest());
    ObjectNode answer = post.withObject(content("responses/200"));
    answer.set(
        "schema",
        PlacedSchema.at(
            place + content("responses/200") + "/schema", PlacedSchema.output(service)));
    answer.set("example", service.detailed().example());
    post.withObject(content("responses/402")).set("example", offer.body(envelope));
    post.set("x-payment-info", PaymentInfo.of(offer));
    service.provider().job().ifPresent(begun -> describeJob(post, offer, begun));
    return path;
  }

  /** The answer that says that the work goes on, and how to wait for its end. */
  private void describeJob(ObjectNode post, Offer offer, Provider.Job begun) {
    ObjectNode more = job.with(facts.of(offer));
    post.withArray("parameters").addAll((ArrayNode) more.required("parameters"));
    ObjectNode responses = (ObjectNode) post.required("responses");
    responses.setAll((ObjectNode) more.required("responses"));
    post.withObject(content("responses/202"))
        .set("example", offer.goesOn(envelope, more.path("data")));
    ObjectNode asynchronous = (ObjectNode) more.required("x-asynchronous");
    post.set("x-asynchronous", asynchronous.put("withinSeconds", begun.withinSeconds()));
  }

  private static String content(String holder) {
    return "/" + holder + PlacedSchema.pointer("content", JSON_TYPE);
  }
}
