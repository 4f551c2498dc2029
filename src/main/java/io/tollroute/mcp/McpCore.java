package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
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

  /**
   * All entries of a list, in the order in which they are shown.
   *
   * @param method a method that lists
   * @param field where its result has the entries
   * @throws McpFault {@code internal_error}
   */
  JsonNode list(String method, String field) throws McpFault;
}
