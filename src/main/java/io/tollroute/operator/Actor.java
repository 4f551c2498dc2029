package io.tollroute.operator;

import io.tollroute.web.OperatorRequest;
import org.apache.camel.Exchange;

/**
 * Who does something as an operator.
 *
 * @param who {@code token} for whoever has shown it, {@code proxy:} and a name for whom a trusted
 *     proxy names
 * @param surface api, cli or page
 */
public record Actor(String who, String surface) {

  /** What the commands say that they are; it is believed, as it changes nothing. */
  private static final String COMMANDS = "tollroute-cli";

  /** Whoever has shown the token to the API. */
  static Actor of(Exchange exchange) {
    boolean commands =
        OperatorRequest.of(exchange)
            .filter(asked -> asked.agent().startsWith(COMMANDS))
            .isPresent();
    return new Actor("token", commands ? "cli" : "api");
  }
}
