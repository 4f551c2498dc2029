package io.tollroute.x402;

import io.tollroute.chain.ChainInquiry;
import io.tollroute.chain.NodeFault;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the node of which chain it is, until it has said so, and now and then after that. */
public final class ChainWatch implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(ChainWatch.class);
  private static final long PERIOD_MILLIS = 600_000;

  private final String network;
  private final boolean chainKnown;
  private final Clock clock;
  private volatile boolean right;
  private volatile long askedAt;

  /** Asks, with {@code chainKnown}, for the chain of {@code network}. */
  public ChainWatch(String network, boolean chainKnown, Clock clock) {
    this.network = network;
    this.chainKnown = chainKnown;
    this.clock = clock;
  }

  /** Whether it is time to ask. */
  public boolean isDue() {
    return chainKnown && (!right || clock.millis() - askedAt >= PERIOD_MILLIS);
  }

  /** Asks; what is wrong is logged. */
  @Override
  public void process(Exchange exchange) {
    askedAt = clock.millis();
    try (RouteNode node = new RouteNode(exchange.getContext())) {
      new ChainInquiry(node, clock).requireChain(network);
      right = true;
    } catch (NodeFault fault) {
      right = false;
      LOG.warn("the node of the chain: {}", fault.getMessage());
    }
  }
}
