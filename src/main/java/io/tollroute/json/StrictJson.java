package io.tollroute.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads JSON that a stranger sent: UTF-8 without BOM, one object and nothing after it, no key
 * twice, bounded depth and bounded texts. Numbers keep their digits.
 */
public final class StrictJson {

  private final JsonMapper mapper;

  /** Accepts nesting up to {@code maxDepth} and texts up to {@code maxText} characters. */
  public StrictJson(int maxDepth, int maxText) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxStringLength(maxText)
                    .maxNameLength(256)
                    .maxNumberLength(100)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // field names come from strangers: interning them would let them fill a global table
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    this.mapper =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
  }

  /** The object in {@code bytes}, or empty when they are anything but one strict JSON object. */
  public Optional<ObjectNode> object(byte[] bytes) {
    if (!beginsAsUtf8Object(bytes)) {
      return Optional.empty();
    }
    try {
      JsonNode node = mapper.readTree(bytes);
      return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException | NumberFormatException e) {
      // the second kind is what a number gets whose exponent has more than ten digits
      return Optional.empty();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("reading bytes in memory", e);
    }
  }

  /** Jackson guesses UTF-16, UTF-32 and skips a BOM; an object in plain UTF-8 begins like this. */
  private static boolean beginsAsUtf8Object(byte[] bytes) {
    int start = 0;
    while (start < bytes.length && isSpace(bytes[start])) {
      start++;
    }
    return start + 1 < bytes.length && bytes[start] == '{' && bytes[start + 1] != 0;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
