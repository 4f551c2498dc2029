package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.json.StrictJson;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the facilitator settles what we ask for, from its {@code /supported}. The last good
 * answer counts while it is silent; before the first one nothing is offered.
 */
public final class FacilitatorSupport implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(FacilitatorSupport.class);

  private final StrictJson json = new StrictJson(32, 1 << 20);
  private final String network;
  private volatile boolean settles;

  /** Looks for scheme exact, x402 version 2, on {@code network}. */
  public FacilitatorSupport(String network) {
    this.network = network;
  }

  /** Reads an answer of /supported from the message body. */
  @Override
  public void process(Exchange exchange) {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    JsonNode kinds =
        json.object(body == null ? new byte[0] : body)
            .map(answer -> answer.path("kinds"))
            .filter(JsonNode::isArray)
            .orElse(null);
    if (kinds == null) {
      LOG.warn("the facilitator did not say what it supports; the last good answer stays");
      return;
    }
    boolean listed = false;
    for (JsonNode kind : kinds) {
      listed |=
          kind.path("x402Version").asInt() == 2
              && kind.path("scheme").asText().equals("exact")
              && kind.path("network").asText().equals(network);
    }
    if (!listed) {
      LOG.error(
          "alert=facilitator_unsupported the facilitator does not settle exact on {}", network);
    } else if (!settles) {
      LOG.info("the facilitator settles exact on {}", network);
    }
    settles = listed;
  }

  /** Whether a payment of our terms can be settled, as far as is known. */
  public boolean settles() {
    return settles;
  }
}
