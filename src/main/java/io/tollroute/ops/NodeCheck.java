package io.tollroute.ops;

import io.tollroute.chain.ChainInquiry;
import io.tollroute.chain.ChainNode;
import io.tollroute.chain.NodeFault;
import io.tollroute.outbound.OneCall;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.x402.RouteNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the chain's node, before anything is sold, of which chain it is. */
final class NodeCheck {

  private static final Logger LOG = LoggerFactory.getLogger(NodeCheck.class);

  private static final long PATIENCE_MILLIS = 3_000;
  private static final int MAX_BYTES = 1 << 16;

  private final Optional<String> url;
  private final String network;
  private final Clock clock;

  NodeCheck(Settings settings, Clock clock) {
    this.url = settings.optional("tollroute.x402.rpc-url");
    this.network = settings.text("tollroute.x402.network");
    this.clock = clock;
  }

  /**
   * Lets a node of the network pass, and one that does not answer yet: it is asked again. Without a
   * node it says what that means, where {@code realMoney} is taken.
   *
   * @throws SettingsFault when it is a node of another chain
   */
  void check(boolean realMoney) throws SettingsFault {
    if (url.isEmpty()) {
      if (realMoney) {
        LOG.warn(
            "tollroute.x402.rpc-url is not set: what the facilitator leaves open stays unknown, its"
                + " buyer unanswered, until you decide it (`tollroute charges decide`)");
      }
      return;
    }
    try {
      ChainNode node =
          (method, parameters) ->
              RouteNode.result(method, 200, ask(url.get(), RouteNode.question(method, parameters)));
      new ChainInquiry(node, clock).requireChain(network);
    } catch (NodeFault fault) {
      if (fault.kind() == NodeFault.Kind.WRONG_CHAIN) {
        throw new SettingsFault(List.of("tollroute.x402.rpc-url: " + fault.getMessage()));
      }
      LOG.warn("tollroute.x402.rpc-url: {} It is asked again.", fault.getMessage());
    }
  }

  private byte[] ask(String address, String question) throws NodeFault {
    try {
      return new OneCall(clock, PATIENCE_MILLIS, MAX_BYTES)
          .post(
              address,
              question.getBytes(StandardCharsets.UTF_8),
              Map.of("Content-Type", "application/json"))
          .body();
    } catch (IOException | RuntimeException e) {
      // whatever it is, its words may hold the address with a key in it
      throw new NodeFault(NodeFault.Kind.SILENT, "The chain's node does not answer.");
    }
  }
}
