package io.tollroute.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tollroute.payment.Objection;

/** A JSON-RPC node of the chain. */
@FunctionalInterface
interface ChainNode {

  /**
   * Asks one question and returns its result.
   *
   * @throws Objection when the node gives none
   */
  JsonNode ask(String method, ArrayNode parameters) throws Objection;
}
