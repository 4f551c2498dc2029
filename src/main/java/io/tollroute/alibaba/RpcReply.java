package io.tollroute.alibaba;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What Alibaba answered.
 *
 * @param requestId Alibaba's id of the call
 * @param code the error code; empty on success
 * @param data the JSON of Data as it was received, digit for digit; {@code null} without one
 * @param content what is in it
 */
record RpcReply(String requestId, String code, byte[] data, Content content) {

  /** What Data holds. */
  enum Content {
    /** Something. */
    SOMETHING,
    /** Nothing: an object or list without a part, an empty text, null, or no Data at all. */
    NOTHING,
    /** What no action answers with: a number, a text, a truth value. */
    UNUSABLE
  }

  private static final String NO_DATA = "null";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Data is cut out by its place in the bytes, so they must be UTF-8
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private static final String UNREADABLE = "Unreadable";

  /** Reads an answer; empty when it is not one JSON object. */
  static Optional<RpcReply> read(byte[] body) {
    String requestId = "";
    String code = "";
    byte[] data = NO_DATA.getBytes(StandardCharsets.UTF_8);
    Content content = Content.NOTHING;
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("Data") && value.isStructStart()) {
          int start = (int) parser.currentTokenLocation().getByteOffset();
          parser.skipChildren();
          data = Arrays.copyOfRange(body, start, (int) parser.currentLocation().getByteOffset());
          content = content(data);
        } else if (name.equals("Data")) {
          content = content(parser, value);
        } else if (name.equals("RequestId") && value == JsonToken.VALUE_STRING) {
          requestId = parser.getText();
        } else if (name.equals("Code") && value != JsonToken.VALUE_NULL) {
          code = code(parser);
        } else {
          parser.skipChildren();
        }
      }
      return parser.nextToken() == null && parser.isClosed()
          ? Optional.of(new RpcReply(requestId, code, data, content))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Content content(byte[] object) {
    String inside = new String(object, 1, object.length - 2, StandardCharsets.UTF_8);
    return inside.isBlank() ? Content.NOTHING : Content.SOMETHING;
  }

  private static Content content(JsonParser parser, JsonToken value) throws IOException {
    boolean nothing =
        value == JsonToken.VALUE_NULL
            || value == JsonToken.VALUE_STRING && parser.getText().isBlank();
    return nothing ? Content.NOTHING : Content.UNUSABLE;
  }

  /** Some products send {@code "Code": "200"} or {@code 200} with an answer. */
  private static String code(JsonParser parser) throws IOException {
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
      return UNREADABLE;
    }
    return parser.getText().equals("200") ? "" : parser.getText();
  }

  /**
   * Whether it is an answer to be paid for. With {@code mayBeEmpty} nothing is one too, if it is of
   * a call that Alibaba numbers.
   */
  boolean succeeded(boolean mayBeEmpty) {
    return code.isEmpty()
        && (content == Content.SOMETHING
            || mayBeEmpty && content == Content.NOTHING && !requestId.isBlank());
  }

  /** Whether it is the answer of an action that goes on, whose job has the name of the call. */
  boolean isJob() {
    return code.isEmpty() && !requestId.isBlank();
  }

  /** Whether it says that all went well and brings nothing. */
  boolean isEmpty() {
    return code.isEmpty() && content == Content.NOTHING && !requestId.isBlank();
  }
}
