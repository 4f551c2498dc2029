package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.chain.Blocks;
import io.tollroute.chain.ChainInquiry;
import io.tollroute.chain.ChainNode;
import io.tollroute.chain.Hex;
import io.tollroute.chain.LogPages;
import io.tollroute.chain.NodeFault;
import io.tollroute.chain.TokenLog;
import io.tollroute.ledger.Objection;
import io.tollroute.x402.X402Settings;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the chain has of payments to us: every Transfer of the token to the seller's address, with
 * the nonce of the authorization that made it, where the log before it in the same transaction is
 * its AuthorizationUsed (ERC-20, EIP-3009).
 */
final class ChainTransfers {

  /** How much of its newest past a chain may still exchange. */
  private static final long REORGANIZED_SECONDS = 60;

  /** How long a settlement may be on the chain before the ledger has it. */
  private static final long RECORDING_SECONDS = 600;

  /** Payers in one question. */
  private static final int PAYERS = 100;

  private final X402Settings settings;
  private final ChainNode node;
  private final Clock clock;

  ChainTransfers(X402Settings settings, ChainNode node, Clock clock) {
    this.settings = settings;
    this.node = node;
    this.clock = clock;
  }

  /**
   * The transfers of all blocks from a time on, in seconds since the epoch.
   *
   * @throws Objection when the node does not answer, or is of another chain
   */
  BookedTransfers since(long since) throws Objection {
    try {
      Blocks blocks = new Blocks(node);
      new ChainInquiry(node, clock).requireChain(settings.network());
      Blocks.Block newest = blocks.newest();
      List<BookedTransfer> rows = new ArrayList<>();
      LogPages pages = new LogPages(node, settings.asset());
      long next = blocks.atOrBefore(since - RECORDING_SECONDS, newest);
      while (next <= newest.number()) {
        next = transfers(pages, next, newest.number(), rows) + 1;
      }
      new ChainInquiry(node, clock).requireChain(settings.network());
      return new BookedTransfers("chain", rows, since, newest.time() - REORGANIZED_SECONDS);
    } catch (NodeFault fault) {
      throw Objection.unavailable(fault.getMessage());
    }
  }

  /** Adds the transfers of a page and says at which block it ends. */
  private long transfers(LogPages pages, long from, long newest, List<BookedTransfer> rows)
      throws NodeFault {
    ArrayNode topics = parameters().add(TokenLog.TRANSFER).addNull();
    topics.add(Hex.topic(settings.payTo()));
    LogPages.Page page = pages.upwards(from, newest, topics);
    TreeSet<String> payers = new TreeSet<>();
    for (JsonNode log : page.logs()) {
      payers.add(log.path("topics").path(1).asText().toLowerCase(Locale.ROOT));
    }
    Map<String, String> nonces = nonces(pages, page, List.copyOf(payers));
    for (JsonNode log : page.logs()) {
      String payer = log.path("topics").path(1).asText().toLowerCase(Locale.ROOT);
      rows.add(
          new BookedTransfer(
              settings.network(),
              settings.asset(),
              Hex.address(payer),
              nonces.getOrDefault(place(log, Hex.number(log.path("logIndex"))) + payer, ""),
              quantity(log.path("data")).toString(),
              Hex.address(log.path("topics").path(2).asText()),
              log.path("transactionHash").asText()));
    }
    return page.to();
  }

  /** The authorizations of these payers that were used, by where the log after theirs stands. */
  private static Map<String, String> nonces(LogPages pages, LogPages.Page page, List<String> payers)
      throws NodeFault {
    Map<String, String> nonces = new HashMap<>();
    for (int i = 0; i < payers.size(); i += PAYERS) {
      ArrayNode asked = parameters().add(TokenLog.AUTHORIZATION_USED);
      payers.subList(i, Math.min(i + PAYERS, payers.size())).forEach(asked.addArray()::add);
      for (long next = page.from(); next <= page.to(); ) {
        LogPages.Page used = pages.upwards(next, page.to(), asked);
        for (JsonNode log : used.logs()) {
          nonces.put(
              place(log, Hex.number(log.path("logIndex")) + 1)
                  + log.path("topics").path(1).asText().toLowerCase(Locale.ROOT),
              log.path("topics").path(2).asText().toLowerCase(Locale.ROOT));
        }
        next = used.to() + 1;
      }
    }
    return nonces;
  }

  /** Where a log stands: its transaction and its number. */
  private static String place(JsonNode log, long index) {
    return log.path("transactionHash").asText() + " " + index + " ";
  }

  private static ArrayNode parameters() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static BigInteger quantity(JsonNode hex) throws NodeFault {
    return Hex.quantity(hex)
        .orElseThrow(
            () ->
                new NodeFault(
                    NodeFault.Kind.UNKNOWN, "The chain's node did not answer with a number."));
  }
}
