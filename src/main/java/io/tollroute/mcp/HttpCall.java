package io.tollroute.mcp;

import java.util.Map;
import java.util.Optional;

/**
 * A request as it came from the network.
 *
 * @param headers by lower-case name; a header that came twice is joined with ", " and so can match
 *     no single value
 * @param context what the corridor is to know of the request and this package need not
 */
record HttpCall(
    String method, Map<String, String> headers, byte[] body, Map<String, Object> context) {

  HttpCall {
    headers = Map.copyOf(headers);
  }

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }
}
