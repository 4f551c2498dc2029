package io.tollroute.json;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Whether a text is made of whole characters. JSON can escape half of a surrogate pair, but no
 * UTF-8 can say it, so such a text cannot be passed on to anybody.
 */
public final class SurrogatePairs {

  private SurrogatePairs() {}

  /** Whether no half stands alone in the text. */
  public static boolean areWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /** Whether no half stands alone in any key or text of the value; its depth must be bounded. */
  public static boolean areWhole(JsonNode value) {
    if (value.isTextual()) {
      return areWhole(value.textValue());
    }
    for (var field : value.properties()) {
      if (!areWhole(field.getKey()) || !areWhole(field.getValue())) {
        return false;
      }
    }
    if (value.isArray()) {
      for (JsonNode item : value) {
        if (!areWhole(item)) {
          return false;
        }
      }
    }
    return true;
  }
}
