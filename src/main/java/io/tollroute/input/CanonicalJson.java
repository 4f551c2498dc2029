package io.tollroute.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * One spelling for each JSON value, so that two requests that mean the same have the same
 * fingerprint: keys sorted, no spaces, numbers by value (97, 97.0 and 9.7e1 are one number), and
 * members that are null left out.
 */
public final class CanonicalJson {

  private final JsonFactory factory = new JsonFactory();

  /**
   * The value's only spelling, in UTF-8.
   *
   * @throws IllegalArgumentException for a node that is no JSON value
   */
  public byte[] bytes(JsonNode value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = factory.createGenerator(out)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void write(JsonNode value, JsonGenerator generator) throws IOException {
    switch (value.getNodeType()) {
      case OBJECT -> {
        Map<String, JsonNode> sorted = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          if (!entry.getValue().isNull()) {
            sorted.put(entry.getKey(), entry.getValue());
          }
        }
        generator.writeStartObject();
        for (Map.Entry<String, JsonNode> entry : sorted.entrySet()) {
          generator.writeFieldName(entry.getKey());
          write(entry.getValue(), generator);
        }
        generator.writeEndObject();
      }
      case ARRAY -> {
        generator.writeStartArray();
        for (JsonNode item : value) {
          write(item, generator);
        }
        generator.writeEndArray();
      }
      case STRING -> generator.writeString(value.textValue());
      case BOOLEAN -> generator.writeBoolean(value.booleanValue());
      case NULL -> generator.writeNull();
      case NUMBER -> generator.writeNumber(number(value.decimalValue()));
      default -> throw new IllegalArgumentException("No JSON value: " + value.getNodeType());
    }
  }

  // The plain spelling of 1e999999999 would not fit into memory; unscaled digits and exponent do.
  private static String number(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toString();
  }
}
