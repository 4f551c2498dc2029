package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.json.StrictJson;
import java.time.Clock;
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
  private final long pollMillis;
  private final Clock clock;
  private volatile boolean settles;
  private volatile long answeredAt;

  /**
   * Looks for scheme exact, x402 version 2, on {@code network}; a good answer is good for {@code
   * pollMillis}.
   */
  public FacilitatorSupport(String network, long pollMillis, Clock clock) {
    this.network = network;
    this.pollMillis = pollMillis;
    this.clock = clock;
  }

  /** Whether it is time to ask: the last answer is old, or was not what we need. */
  public boolean isDue() {
    return !settles || clock.millis() - answeredAt >= pollMillis;
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
    answeredAt = clock.millis();
  }

  /** Whether a payment of our terms can be settled, as far as is known. */
  public boolean settles() {
    return settles;
  }
}
