package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Something that a client can call. */
interface Tool {

  /** Its name, unique among the tools. */
  default String name() {
    return definition().path("name").textValue();
  }

  /** Whether a call goes on to a route that has limits of its own. */
  default boolean isLimited() {
    return false;
  }

  /** Its entry in {@code tools/list}, made when it is asked for. */
  ObjectNode definition();

  /**
   * The result of a call (MCP {@code CallToolResult}); failures that its caller can mend are
   * results too.
   *
   * @param arguments what was given, not checked against anything
   * @param meta {@code _meta} of the request
   */
  ObjectNode call(ObjectNode arguments, ObjectNode meta, HttpCall http);
}
