package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Results of tools that cost nothing. */
final class FreeResult {

  private FreeResult() {}

  /** The document as JSON text and as what it is. */
  static ObjectNode of(McpJson json, ObjectNode document) {
    ObjectNode result = json.object();
    result.putArray("content").addObject().put("type", "text").put("text", json.text(document));
    result.set("structuredContent", document);
    return result.put("isError", false);
  }

  /** What the caller did wrong, in our own words. */
  static ObjectNode error(McpJson json, String sentence) {
    ObjectNode result = json.object();
    result.putArray("content").addObject().put("type", "text").put("text", sentence);
    return result.put("isError", true);
  }
}
