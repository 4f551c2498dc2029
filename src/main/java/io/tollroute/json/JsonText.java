package io.tollroute.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One JSON object or array in UTF-8, as its writer wrote it, that has been read to its end: it can
 * be put into another document as it is.
 */
public final class JsonText {

  private static final int MAX_DEPTH = 200;
  private static final int MAX_NAME = 10_000;
  private static final int MARK_BYTES = 3;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // field names come from strangers: interning them would let them fill a global table
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // it is passed on as UTF-8, so it must be that
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private final byte[] bytes;

  private JsonText(byte[] bytes) {
    this.bytes = bytes;
  }

  /** What its writer knows to be one JSON object or array in UTF-8. */
  public static JsonText written(byte[] bytes) {
    return new JsonText(bytes);
  }

  /**
   * Reads what somebody else wrote; a byte order mark before it is no part of it. Empty when it is
   * not one object or array, has something after it, a key twice, or nests deeper than 200.
   */
  public static Optional<JsonText> read(byte[] foreign) {
    byte[] text =
        startsWithMark(foreign) ? Arrays.copyOfRange(foreign, MARK_BYTES, foreign.length) : foreign;
    return isUtf8(text) && isOneValue(text) ? Optional.of(new JsonText(text)) : Optional.empty();
  }

  private static boolean isOneValue(byte[] text) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null || !first.isStructStart()) {
        return false;
      }
      int depth = 1;
      while (depth > 0) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return false;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        // else a text would only be looked over
        parser.finishToken();
      }
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUtf8(byte[] text) {
    if (isAscii(text)) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isAscii(byte[] text) {
    for (byte b : text) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWithMark(byte[] text) {
    return text.length >= MARK_BYTES
        && text[0] == (byte) 0xEF
        && text[1] == (byte) 0xBB
        && text[2] == (byte) 0xBF;
  }

  /** Its bytes; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }
}
