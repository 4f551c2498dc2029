package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Cuts lists into pages, which the SDK does not. A cursor is the place where a page begins. */
final class Pages {

  private static final Map<String, String> LISTS =
      Map.of(
          "tools/list", "tools",
          "prompts/list", "prompts",
          "resources/list", "resources",
          "resources/templates/list", "resourceTemplates");

  private final int size;

  /** Pages of at most {@code size} entries, and of one at least. */
  Pages(int size) {
    this.size = Math.max(1, size);
  }

  /**
   * The page of a list that the params ask for; results that are no list pass.
   *
   * @throws McpFault {@code unknown_name} for a cursor that we have not given
   */
  ObjectNode page(String method, ObjectNode params, ObjectNode result) throws McpFault {
    String field = LISTS.get(method);
    if (field == null) {
      return result;
    }
    JsonNode all = result.path(field);
    int start = params.has("cursor") ? start(params.path("cursor").textValue(), all.size()) : 0;
    int end = Math.min(all.size(), start + size);
    ArrayNode page = result.arrayNode();
    for (int i = start; i < end; i++) {
      page.add(all.get(i));
    }
    result.set(field, page);
    if (end < all.size()) {
      byte[] cursor = Integer.toString(end).getBytes(StandardCharsets.US_ASCII);
      result.put("nextCursor", Base64.getUrlEncoder().withoutPadding().encodeToString(cursor));
    }
    return result;
  }

  /** How many entries a page has; none when the result is no list. */
  static int entries(String method, ObjectNode result) {
    String field = LISTS.get(method);
    return field == null ? 0 : result.path(field).size();
  }

  private static int start(String cursor, int entries) throws McpFault {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.ISO_8859_1);
      int start = Integer.parseInt(text);
      if (start > 0 && start < entries) {
        return start;
      }
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    throw invalid();
  }

  private static McpFault invalid() {
    return McpFault.of("unknown_name").saying("Invalid cursor");
  }
}
