package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A YAML file read as JSON, with the line each part stands on.
 *
 * @param lines from JSON pointer (RFC 6901) to line, from 1; a member of an object stands where its
 *     key does
 */
public record LinedJson(JsonNode root, Map<String, Integer> lines) {

  /** The line of the part, or of the nearest part around it that is there. */
  public int line(String pointer) {
    String at = pointer;
    while (!lines.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return lines.getOrDefault(at, 1);
  }

  /** The pointer to the member of this name. */
  public static String append(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }
}
