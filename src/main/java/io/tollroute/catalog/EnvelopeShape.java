package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The envelope around every answer, as a schema and as an example. */
final class EnvelopeShape {

  private static final String SHAPE = "/schema/envelope.json";

  private final JsonNode shape;

  EnvelopeShape() {
    try (InputStream in = EnvelopeShape.class.getResourceAsStream(SHAPE)) {
      this.shape = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An answer whose {@code data} has this schema. */
  ObjectNode schema(JsonNode data) {
    ObjectNode schema = shape.get("schema").deepCopy();
    ((ObjectNode) schema.get("properties")).set("data", data);
    return schema;
  }

  /** An answer with this {@code data}. */
  ObjectNode example(JsonNode data) {
    ObjectNode example = shape.get("example").deepCopy();
    example.set("data", data);
    return example;
  }
}
