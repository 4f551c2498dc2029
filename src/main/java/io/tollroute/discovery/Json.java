package io.tollroute.discovery;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes JSON piece by piece, so that a large document is never a tree. */
final class Json {

  private final ObjectMapper mapper = new ObjectMapper();

  /** Writes one document. */
  @FunctionalInterface
  interface Content {

    /** Writes the whole value. */
    void writeTo(JsonGenerator out) throws IOException;
  }

  /** What {@code content} writes, in UTF-8. */
  byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator out = mapper.createGenerator(bytes)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A tree in UTF-8. */
  byte[] bytes(JsonNode tree) {
    return bytes(out -> out.writeTree(tree));
  }
}
