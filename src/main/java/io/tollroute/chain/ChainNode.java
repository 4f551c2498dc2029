package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** A JSON-RPC node of the chain. */
@FunctionalInterface
public interface ChainNode {

  /**
   * Asks one question and returns its result, which is not null.
   *
   * @throws NodeFault when the node gives none
   */
  JsonNode ask(String method, ArrayNode parameters) throws NodeFault;
}
