package io.tollroute.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who does the work of a service.
 *
 * @param route the route that takes the validated input and returns JSON, for example {@code
 *     direct:alibaba-rpc}
 * @param settings what that route needs to know, as written in the service's file: texts, {@link
 *     Number}s with their digits, {@link Boolean}s, lists and maps; cannot be changed
 */
public record Provider(String route, Map<String, Object> settings) {

  /** A provider with its own copy of the settings. */
  public Provider {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
