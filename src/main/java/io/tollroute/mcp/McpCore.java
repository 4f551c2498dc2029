package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a server answers to a message that has the right shape: the part of the protocol that an SDK
 * can do. The gateway around it does the rest.
 */
interface McpCore {

  /** Whether a message goes on to a route that has limits of its own. */
  boolean isLimited(Message message);

  /**
   * The result of a method.
   *
   * @param call the request as it came, for tools that look at its headers
   * @throws McpFault {@code unknown_method}, {@code unknown_name} or {@code internal_error}
   */
  ObjectNode answer(Message message, HttpCall call) throws McpFault;
}
