package io.tollroute.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.payment.Objection;
import io.tollroute.x402.X402Settings;
import java.math.BigInteger;
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
final class ChainSettlements {

  /** keccak256 of AuthorizationUsed(address,bytes32). */
  private static final String AUTHORIZATION_USED =
      "0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5";

  /** keccak256 of Transfer(address,address,uint256). */
  private static final String TRANSFER =
      "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

  /** Public nodes answer for at most 10,000 blocks. */
  private static final long BLOCKS = 9_000;

  /** How much of its newest past a chain may still exchange. */
  private static final long REORGANIZED_SECONDS = 60;

  /** How long a settlement may be on the chain before the ledger has it. */
  private static final long RECORDING_SECONDS = 600;

  /** Payers in one question. */
  private static final int PAYERS = 100;

  private final X402Settings settings;
  private final ChainNode node;

  ChainSettlements(X402Settings settings, ChainNode node) {
    this.settings = settings;
    this.node = node;
  }

  /**
   * The transfers of all blocks from a time on, in seconds since the epoch.
   *
   * @throws Objection when the node does not answer
   */
  Settlements since(long since) throws Objection {
    JsonNode latest = block("latest");
    long newest = number(latest.path("number"));
    List<Settlement> rows = new ArrayList<>();
    long first = firstBlockFrom(since - RECORDING_SECONDS, newest);
    for (long from = first; from <= newest; from += BLOCKS) {
      rows.addAll(transfers(from, Math.min(from + BLOCKS - 1, newest)));
    }
    long until = number(latest.path("timestamp")) - REORGANIZED_SECONDS;
    return new Settlements("chain", rows, since, until);
  }

  /** The first block that is as young as this, or the one after the newest. */
  private long firstBlockFrom(long time, long newest) throws Objection {
    long low = 0;
    long high = newest + 1;
    while (low < high) {
      long middle = (low + high) / 2;
      if (number(block(hex(middle)).path("timestamp")) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private JsonNode block(String name) throws Objection {
    return node.ask("eth_getBlockByNumber", parameters().add(name).add(false));
  }

  private List<Settlement> transfers(long from, long to) throws Objection {
    ArrayNode topics = parameters().add(TRANSFER).addNull().add(topic(settings.payTo()));
    JsonNode logs = logs(from, to, topics);
    TreeSet<String> payers = new TreeSet<>();
    for (JsonNode log : logs) {
      payers.add(log.path("topics").path(1).asText().toLowerCase(Locale.ROOT));
    }
    Map<String, String> nonces = new HashMap<>();
    List<String> all = List.copyOf(payers);
    for (int i = 0; i < all.size(); i += PAYERS) {
      ArrayNode asked = parameters().add(AUTHORIZATION_USED);
      all.subList(i, Math.min(i + PAYERS, all.size())).forEach(asked.addArray()::add);
      for (JsonNode log : logs(from, to, asked)) {
        String place = place(log, number(log.path("logIndex")) + 1);
        nonces.put(
            place + log.path("topics").path(1).asText().toLowerCase(Locale.ROOT),
            log.path("topics").path(2).asText().toLowerCase(Locale.ROOT));
      }
    }
    List<Settlement> rows = new ArrayList<>();
    for (JsonNode log : logs) {
      String payer = log.path("topics").path(1).asText().toLowerCase(Locale.ROOT);
      rows.add(
          new Settlement(
              settings.network(),
              settings.asset(),
              address(payer),
              nonces.getOrDefault(place(log, number(log.path("logIndex"))) + payer, ""),
              quantity(log.path("data")).toString(),
              address(log.path("topics").path(2).asText()),
              log.path("transactionHash").asText()));
    }
    return rows;
  }

  /** Where a log stands: its transaction and its number. */
  private static String place(JsonNode log, long index) {
    return log.path("transactionHash").asText() + " " + index + " ";
  }

  private JsonNode logs(long from, long to, ArrayNode topics) throws Objection {
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    filter.put("address", settings.asset()).put("fromBlock", hex(from)).put("toBlock", hex(to));
    filter.set("topics", topics);
    JsonNode logs = node.ask("eth_getLogs", parameters().add(filter));
    if (!logs.isArray()) {
      throw Objection.unavailable("The chain's node did not answer with logs.");
    }
    return logs;
  }

  private static ArrayNode parameters() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  private static long number(JsonNode hex) throws Objection {
    return quantity(hex).longValue();
  }

  private static BigInteger quantity(JsonNode hex) throws Objection {
    String text = hex.asText();
    if (!text.matches("0x[0-9a-fA-F]{1,64}")) {
      throw Objection.unavailable("The chain's node did not answer with a number.");
    }
    return new BigInteger(text.substring(2), 16);
  }

  private static String topic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
  }

  private static String address(String topic) {
    return topic.length() == 66 ? "0x" + topic.substring(26).toLowerCase(Locale.ROOT) : topic;
  }
}
