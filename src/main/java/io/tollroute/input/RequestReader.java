package io.tollroute.input;

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
import io.tollroute.call.Refusal;
import io.tollroute.json.JsonContentType;
import io.tollroute.json.SurrogatePairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the body of a call: one JSON object in UTF-8, in strict JSON, within fixed bounds.
 *
 * <p>The content type is {@code application/json}, with any parameters but a charset that is not
 * UTF-8. No content type, another one, two of them, or a compressed body is not read.
 *
 * <p>Numbers keep the digits they were sent with. What is read is what was sent: a key given twice,
 * half of a surrogate pair or anything after the object is refused rather than mended.
 */
public final class RequestReader {

  /** The bound on a body, in bytes, unless told otherwise. */
  public static final int DEFAULT_LIMIT = 64 * 1024;

  private static final int MAX_DEPTH = 32;
  private static final int MAX_TOKENS = 4_096;
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_NUMBER_LENGTH = 64;

  private final int limit;
  private final ObjectReader reader;

  /**
   * A reader.
   *
   * @param limit largest body, in bytes
   */
  public RequestReader(int limit) {
    this.limit = limit;
    JsonFactory factory =
        JsonFactory.builder()
            // the names come from strangers: nothing is won by remembering them
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxTokenCount(MAX_TOKENS)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(limit)
                    .build())
            .build();
    this.reader =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .reader();
  }

  /**
   * The object of the body.
   *
   * @param body as received
   * @param contentType the Content-Type header; several of them joined by a comma
   * @throws Refusal {@code unsupported_media_type}, {@code request_too_large} or {@code
   *     malformed_request}, the last with the place where reading stopped when it is known
   */
  public ObjectNode read(byte[] body, Optional<String> contentType) throws Refusal {
    if (contentType.isEmpty() || !JsonContentType.isUtf8Json(contentType.get())) {
      throw Refusal.of("unsupported_media_type");
    }
    if (body.length > limit) {
      throw Refusal.of("request_too_large");
    }
    JsonNode root = parse(text(body));
    if (!(root instanceof ObjectNode object)) {
      throw malformed("The body must be one JSON object.").at("");
    }
    check(object, "");
    return object;
  }

  /** The object of a body whatever its type; empty when it is none that {@link #read} takes. */
  public Optional<ObjectNode> readable(byte[] body) {
    try {
      return Optional.of(read(body, Optional.of("application/json")));
    } catch (Refusal unreadable) {
      return Optional.empty();
    }
  }

  private static String text(byte[] body) throws Refusal {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("The body is not UTF-8.").causedBy(e);
    }
    if (text.startsWith("\uFEFF")) {
      throw malformed("The body starts with a byte order mark.");
    }
    return text;
  }

  private JsonNode parse(String text) throws Refusal {
    try (JsonParser parser = reader.createParser(text)) {
      try {
        JsonNode root = reader.readTree(parser);
        JsonToken rest = root == null ? null : parser.nextToken();
        if (rest != null) {
          throw malformed("Something follows the JSON object.");
        }
        return root;
      } catch (JsonProcessingException | NumberFormatException e) {
        // The exception quotes the body, so it is not even kept for the log. The second kind is
        // what a number gets whose exponent has more than ten digits.
        throw malformed("The body is not strict JSON, names a key twice or exceeds a bound.")
            .at(pointer(parser));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pointer(JsonParser parser) {
    return Pointers.safe(parser.getParsingContext().pathAsPointer().toString());
  }

  private static void check(JsonNode node, String pointer) throws Refusal {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        String at = Pointers.append(pointer, entry.getKey());
        if (!SurrogatePairs.areWhole(entry.getKey())) {
          throw malformed("A key holds half of a surrogate pair.").at(Pointers.safe(pointer));
        }
        check(entry.getValue(), at);
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        check(node.get(i), pointer + "/" + i);
      }
    } else if (node.isTextual() && !SurrogatePairs.areWhole(node.textValue())) {
      throw malformed("A text holds half of a surrogate pair.").at(Pointers.safe(pointer));
    } else if (node.isNumber() && isUnwieldy(node.decimalValue())) {
      throw malformed("A number is too large or too fine.").at(Pointers.safe(pointer));
    }
  }

  // 1e999999999 is short to send and fills the memory once somebody writes it out.
  private static boolean isUnwieldy(BigDecimal number) {
    return number.scale() > MAX_NUMBER_LENGTH
        || (long) number.precision() - number.scale() > MAX_NUMBER_LENGTH;
  }

  private static Refusal malformed(String sentence) {
    return Refusal.of("malformed_request").saying(sentence);
  }
}
