package io.tollroute.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads JSON that a stranger sent: UTF-8 without BOM, one object and nothing after it, no key
 * twice, bounded depth and bounded texts. Numbers keep their digits.
 */
public final class StrictJson {

  /**
   * An object of which some fields were only looked over.
   *
   * @param read all other fields
   * @param unread the JSON of those fields, where they are objects, not yet read strictly
   */
  public record Parts(ObjectNode read, Map<String, byte[]> unread) {}

  private static final int BYTES_OF_TOKEN = 16;

  /** What a buyer sends has half of them at most. */
  private static final int LEAST_TOKENS = 4096;

  private final JsonMapper mapper;
  private final ObjectReader inner;

  /**
   * Accepts nesting up to {@code maxDepth}, texts up to {@code maxText} characters, and as many
   * tokens as a document has in which each takes its part of that: a small one becomes an object
   * that is twenty times as large as it was.
   */
  public StrictJson(int maxDepth, int maxText) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(maxDepth)
                    .maxStringLength(maxText)
                    .maxNameLength(256)
                    .maxNumberLength(100)
                    .maxTokenCount(Math.max(LEAST_TOKENS, maxText / BYTES_OF_TOKEN))
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // field names come from strangers: interning them would let them fill a global table
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    this.mapper =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    this.inner = mapper.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
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
      throw new UncheckedIOException("reading bytes in memory", e);
    }
  }

  /**
   * The object in {@code bytes} without the objects in the fields of {@code later}, which are large
   * and often not needed; empty when the bytes are anything but one strict JSON object.
   */
  public Optional<Parts> parts(byte[] bytes, Set<String> later) {
    if (!beginsAsUtf8Object(bytes)) {
      return Optional.empty();
    }
    try (JsonParser parser = mapper.createParser(bytes)) {
      parser.nextToken();
      return parts(parser, bytes, later);
    } catch (JsonProcessingException | NumberFormatException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading bytes in memory", e);
    }
  }

  private Optional<Parts> parts(JsonParser parser, byte[] bytes, Set<String> later)
      throws IOException {
    ObjectNode read = mapper.createObjectNode();
    Map<String, byte[]> unread = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (read.has(name) || unread.containsKey(name)) {
        return Optional.empty();
      }
      if (value == JsonToken.START_OBJECT && later.contains(name)) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int end = (int) parser.currentLocation().getByteOffset();
        unread.put(name, Arrays.copyOfRange(bytes, start, end));
      } else {
        read.set(name, inner.readTree(parser));
      }
    }
    return parser.nextToken() == null ? Optional.of(new Parts(read, unread)) : Optional.empty();
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
