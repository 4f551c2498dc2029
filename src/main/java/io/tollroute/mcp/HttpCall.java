package io.tollroute.mcp;

import java.util.Map;
import java.util.Optional;

/**
 * A request as it came from the network.
 *
 * @param headers by lower-case name; a header that came twice is joined with ", " and so can match
 *     no single value
 * @param origin what the corridor knows the request by; the gateway only hands it on
 */
record HttpCall(String method, Map<String, String> headers, byte[] body, Object origin) {

  HttpCall {
    headers = Map.copyOf(headers);
  }

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }
}
