package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The logs of one contract, a page of blocks at a time. Nodes look through ten, some hundred or
 * some thousand blocks at once and refuse more; the pages become as small as the node wants them.
 */
public final class LogPages {

  /** A little below what nodes allow: 10,000, 2,000, 1,000, 500, 100, 10 blocks. */
  private static final List<Long> SIZES = List.of(9_000L, 1_900L, 900L, 450L, 90L, 9L, 1L);

  private final ChainNode node;
  private final String contract;
  private int size;

  /** Asks {@code node} for logs of {@code contract}. */
  public LogPages(ChainNode node, String contract) {
    this.node = node;
    this.contract = contract;
  }

  /**
   * Logs of some blocks.
   *
   * @param from the first block
   * @param to the last block, which may be before the one that was asked for
   */
  public record Page(long from, long to, JsonNode logs) {}

  /**
   * The logs of as many blocks from {@code from} on as the node looks through, at most to {@code
   * to}.
   *
   * @throws NodeFault when it does not answer with logs
   */
  public Page upwards(long from, long to, ArrayNode topics) throws NodeFault {
    while (true) {
      long last = Math.min(to, from + SIZES.get(size) - 1);
      try {
        return new Page(from, last, ask(from, last, topics));
      } catch (NodeFault fault) {
        shrink(fault, from, last);
      }
    }
  }

  /**
   * The logs of as many blocks before {@code to} and of that one as the node looks through, at
   * earliest from {@code from} on.
   *
   * @throws NodeFault when it does not answer with logs
   */
  public Page downwards(long from, long to, ArrayNode topics) throws NodeFault {
    while (true) {
      long first = Math.max(from, to - SIZES.get(size) + 1);
      try {
        return new Page(first, to, ask(first, to, topics));
      } catch (NodeFault fault) {
        shrink(fault, first, to);
      }
    }
  }

  /** Tries smaller pages, where it may have been the number of blocks that was refused. */
  private void shrink(NodeFault fault, long first, long last) throws NodeFault {
    if (fault.kind() != NodeFault.Kind.REFUSED || first == last) {
      throw fault;
    }
    do {
      size++;
    } while (SIZES.get(size) >= last - first + 1);
  }

  private JsonNode ask(long from, long to, ArrayNode topics) throws NodeFault {
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    filter.put("address", contract).put("fromBlock", Hex.of(from)).put("toBlock", Hex.of(to));
    filter.set("topics", topics);
    JsonNode logs = node.ask("eth_getLogs", JsonNodeFactory.instance.arrayNode().add(filter));
    if (!logs.isArray()) {
      throw new NodeFault(NodeFault.Kind.UNKNOWN, "The chain's node did not answer with logs.");
    }
    return logs;
  }
}
