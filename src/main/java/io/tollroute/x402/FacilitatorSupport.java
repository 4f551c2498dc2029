package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.json.StrictJson;
import io.tollroute.log.SparseLog;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the facilitator settles what we ask for, from its {@code /supported}. The last good
 * answer counts while it is silent; before the first one nothing is offered. Silent for longer than
 * a grace, it is away.
 */
public final class FacilitatorSupport implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(FacilitatorSupport.class);

  private final StrictJson json = new StrictJson(32, 1 << 20);
  private final String network;
  private final long pollMillis;
  private final long graceMillis;
  private final Clock clock;
  private final SparseLog log;
  private volatile boolean settles;
  private volatile long answeredAt;
  private volatile OptionalLong askedInVainSince = OptionalLong.empty();

  /**
   * Looks for scheme exact, x402 version 2, on {@code network}; a good answer is good for {@code
   * pollMillis}. Asked for {@code graceMillis} without an answer, the facilitator is away. What it
   * lacks stands in {@code log}.
   */
  public FacilitatorSupport(
      String network, long pollMillis, long graceMillis, Clock clock, SparseLog log) {
    this.log = log;
    this.network = network;
    this.pollMillis = pollMillis;
    this.graceMillis = graceMillis;
    this.clock = clock;
  }

  /** Whether it is time to ask: the last answer is old, or was not what we need. */
  public boolean isDue() {
    boolean due = !settles || clock.millis() - answeredAt >= pollMillis;
    if (due && askedInVainSince.isEmpty()) {
      askedInVainSince = OptionalLong.of(clock.millis());
    }
    return due;
  }

  /** Why nothing can be settled, as far as is known; empty when it can. */
  public Optional<String> objection() {
    if (!settles) {
      return Optional.of("the facilitator has not said that it settles our terms");
    }
    OptionalLong since = askedInVainSince;
    return since.isPresent() && clock.millis() - since.getAsLong() >= graceMillis
        ? Optional.of("the facilitator has not answered for longer than its grace")
        : Optional.empty();
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
      // the last good answer stays
      return;
    }
    boolean listed = lists(kinds, network);
    if (!listed) {
      log.error(
          LOG,
          "unsupported",
          "alert=facilitator_unsupported the facilitator does not settle exact on " + network);
    } else if (!settles) {
      LOG.info("the facilitator settles exact on {}", network);
    }
    settles = listed;
    answeredAt = clock.millis();
    askedInVainSince = OptionalLong.empty();
  }

  /** Whether scheme exact, x402 version 2, on {@code network} is among what is settled. */
  static boolean lists(JsonNode kinds, String network) {
    for (JsonNode kind : kinds) {
      if (kind.path("x402Version").asInt() == 2
          && kind.path("scheme").asText().equals("exact")
          && kind.path("network").asText().equals(network)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a payment of our terms can be settled, as far as is known. */
  public boolean settles() {
    return settles;
  }
}
