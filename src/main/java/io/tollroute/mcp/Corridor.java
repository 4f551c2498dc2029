package io.tollroute.mcp;

import java.util.Map;
import java.util.Optional;

/** The routes behind this surface. */
interface Corridor {

  /**
   * What a route answered.
   *
   * @param headers by lower-case name
   * @param body JSON in UTF-8
   */
  record Answer(Map<String, String> headers, byte[] body) {

    Optional<String> header(String lowerCaseName) {
      return Optional.ofNullable(headers.get(lowerCaseName));
    }
  }

  /**
   * Sends a request to a route and waits for its answer.
   *
   * @param headers a text each, or a list of the texts of a header that came more than once
   * @param origin of the call that this is done for
   * @throws IllegalStateException when there is no answer
   */
  Answer send(String route, Map<String, Object> headers, byte[] body, Object origin);
}
