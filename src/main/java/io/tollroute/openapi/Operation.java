package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An operation of a document.
 *
 * @param path with its parameters in braces
 * @param method in capitals
 * @param item what the document says of the path
 * @param written what it says of the operation
 */
record Operation(String path, String method, JsonNode item, JsonNode written) {

  /** As people write it: {@code GET /things/{id}}. */
  String name() {
    return method + " " + Texts.ascii(path, 200);
  }

  /** What the document calls it, or else method and path. */
  String id() {
    String id = written.path("operationId").asText();
    return id.isBlank() ? method + " " + path : id;
  }
}
