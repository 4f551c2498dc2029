package io.tollroute.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** The blocks of a chain, found by their time. */
public final class Blocks {

  /** Nearer than this a block need not be found. */
  private static final long NEAR_SECONDS = 60;

  /** What the first guess goes by, before two blocks are known. */
  private static final long USUAL_SECONDS = 2;

  private final ChainNode node;

  /** Asks {@code node}. */
  public Blocks(ChainNode node) {
    this.node = node;
  }

  /**
   * A block.
   *
   * @param time seconds since the epoch
   * @param hash empty when the node does not say
   */
  public record Block(long number, long time, String hash) {}

  /**
   * The newest block.
   *
   * @throws NodeFault when the node does not say
   */
  public Block newest() throws NodeFault {
    return ask("latest");
  }

  /**
   * The block of that number.
   *
   * @throws NodeFault when the node does not say
   */
  public Block block(long number) throws NodeFault {
    return ask(Hex.of(number));
  }

  private Block ask(String name) throws NodeFault {
    JsonNode block =
        node.ask("eth_getBlockByNumber", JsonNodeFactory.instance.arrayNode().add(name).add(false));
    return new Block(
        Hex.number(block.path("number")),
        Hex.number(block.path("timestamp")),
        block.path("hash").asText(""));
  }

  /**
   * Number of a block that is not younger than a time, and hardly older; the first one when all are
   * younger. Found between known blocks, in few questions where blocks come evenly.
   *
   * @throws NodeFault when the node does not say
   */
  public long atOrBefore(long time, Block newest) throws NodeFault {
    if (newest.time() <= time) {
      return newest.number();
    }
    long high = newest.number();
    long highTime = newest.time();
    long back = Math.max(1, (highTime - time) / USUAL_SECONDS);
    long low = Math.max(0, high - back);
    long lowTime = block(low).time();
    while (lowTime > time && low > 0) {
      high = low;
      highTime = lowTime;
      back *= 2;
      low = Math.max(0, high - back);
      lowTime = block(low).time();
    }
    boolean guess = true;
    while (lowTime <= time - NEAR_SECONDS && high - low > 1) {
      long share =
          (long) ((double) (high - low) * (time - lowTime) / Math.max(1, highTime - lowTime));
      long middle = guess ? low + Math.min(Math.max(share, 1), high - low - 1) : (low + high) / 2;
      guess = !guess;
      long found = block(middle).time();
      if (found <= time) {
        low = middle;
        lowTime = found;
      } else {
        high = middle;
        highTime = found;
      }
    }
    return low;
  }
}
