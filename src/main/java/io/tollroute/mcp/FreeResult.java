package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What tools that cost nothing say of themselves, and their results. */
final class FreeResult {

  private FreeResult() {}

  /** The entry of a tool that looks and changes nothing, with the hints that say so. */
  static ObjectNode annotated(ObjectNode tool) {
    tool.putObject("annotations")
        .put("readOnlyHint", true)
        .put("destructiveHint", false)
        .put("idempotentHint", true)
        .put("openWorldHint", false);
    return tool;
  }

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
