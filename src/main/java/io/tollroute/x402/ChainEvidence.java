package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.json.StrictJson;
import io.tollroute.payment.Charge;
import io.tollroute.payment.Payments;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Asks the chain what became of an authorization, as three steps of a route: the newest block, the
 * log of the authorization, the transaction that used it.
 *
 * <p>A used authorization alone proves nothing (the payer can cancel it); paid is only the transfer
 * to us that the contract made with it, as the next log of the same transaction (EIP-3009
 * AuthorizationUsed, ERC-20 Transfer).
 */
public final class ChainEvidence {

  /** keccak256 of AuthorizationUsed(address,bytes32). */
  private static final String AUTHORIZATION_USED =
      "0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5";

  /** keccak256 of AuthorizationCanceled(address,bytes32). */
  private static final String AUTHORIZATION_CANCELED =
      "0x1cdd46ff242716cdaa72d159d339a485b3438398348d68f09d7c8c0a59353d81";

  /** keccak256 of Transfer(address,address,uint256). */
  private static final String TRANSFER =
      "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

  /** First four bytes of keccak256 of authorizationState(address,bytes32). */
  private static final String AUTHORIZATION_STATE = "0xe94a0102";

  /** Public nodes answer for at most 10,000 blocks; with 2 s a block that is five hours. */
  private static final BigInteger SEARCHED_BLOCKS = BigInteger.valueOf(9_000);

  /** How much of its newest past a chain may still exchange. */
  private static final long REORGANIZED_SECONDS = 60;

  private final StrictJson json = new StrictJson(64, 1 << 20);
  private final X402Settings settings;
  private final String nodeUrl;

  /** Asks the JSON-RPC node at {@code nodeUrl}. */
  public ChainEvidence(X402Settings settings, String nodeUrl) {
    this.settings = settings;
    this.nodeUrl = nodeUrl;
  }

  /** Writes the question for the newest block. */
  public void askBlock(Exchange exchange) {
    X402.CHAIN_URL.put(exchange, nodeUrl);
    ask(exchange, "eth_getBlockByNumber", parameters().add("latest").add(false));
  }

  /** Reads the newest block and writes the question for the authorization's log. */
  public void askAuthorization(Exchange exchange) throws Refusal {
    JsonNode block = result(exchange);
    BigInteger newest = quantity(exchange, block.path("number"));
    X402.CHAIN_BLOCK.put(exchange, hex(newest));
    X402.CHAIN_TIME.put(exchange, quantity(exchange, block.path("timestamp")));
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    filter.put("address", settings.asset());
    filter.put("fromBlock", hex(newest.subtract(SEARCHED_BLOCKS).max(BigInteger.ZERO)));
    filter.put("toBlock", hex(newest));
    ArrayNode topics = filter.putArray("topics");
    topics.addArray().add(AUTHORIZATION_USED).add(AUTHORIZATION_CANCELED);
    topics.add(topic(X402.payment(exchange).authorization().from()));
    topics.add(X402.payment(exchange).authorization().nonce());
    ask(exchange, "eth_getLogs", parameters().add(filter));
  }

  /**
   * Reads the log and writes the question for its transaction. Without a log, and when the chain's
   * own time is past the authorization's, the question is whether it was used all the same, before
   * the blocks that were searched.
   *
   * @throws Refusal {@code settlement_refused} when it was cancelled, {@code settlement_unknown}
   *     while it can still be used; before anything was sent, {@code payment_refused} and {@code
   *     facilitator_unavailable}
   */
  public void askTransaction(Exchange exchange) throws Refusal {
    JsonNode logs = result(exchange);
    X402Payment payment = X402.payment(exchange);
    if (!logs.isArray()) {
      throw undecided(exchange);
    }
    if (logs.isEmpty()) {
      BigInteger over = BigInteger.valueOf(payment.validUntil() + REORGANIZED_SECONDS);
      if (X402.CHAIN_TIME.of(exchange).compareTo(over) < 0) {
        throw undecided(exchange);
      }
      X402.CHAIN_TRANSACTION.put(exchange, "");
      ObjectNode call = JsonNodeFactory.instance.objectNode();
      call.put("to", settings.asset());
      call.put(
          "data",
          AUTHORIZATION_STATE
              + topic(payment.authorization().from()).substring(2)
              + payment.authorization().nonce().substring(2));
      ask(exchange, "eth_call", parameters().add(call).add(X402.CHAIN_BLOCK.of(exchange)));
      return;
    }
    if (logs.get(0).path("topics").path(0).asText().equals(AUTHORIZATION_CANCELED)) {
      throw refused(exchange);
    }
    String transaction = logs.get(0).path("transactionHash").asText();
    if (!transaction.matches("0x[0-9a-fA-F]{64}")) {
      throw undecided(exchange);
    }
    X402.CHAIN_TRANSACTION.put(exchange, transaction);
    ask(exchange, "eth_getTransactionReceipt", parameters().add(transaction));
  }

  /**
   * Reads the transaction: a transfer of the price from the payer to us settles the charge.
   *
   * @throws Refusal {@code settlement_refused} when the authorization was used up otherwise or
   *     ended unused, {@code settlement_unknown} when the chain does not show which; before
   *     anything was sent, {@code payment_refused} and {@code facilitator_unavailable}
   */
  public void judge(Exchange exchange) throws Refusal {
    String transaction = X402.CHAIN_TRANSACTION.of(exchange);
    if (transaction.isEmpty()) {
      boolean used = quantity(exchange, result(exchange)).signum() != 0;
      throw used ? undecided(exchange) : refused(exchange);
    }
    X402Payment payment = X402.payment(exchange);
    JsonNode logs = result(exchange).path("logs");
    boolean justUsed = false;
    boolean paidSomewhere = false;
    for (JsonNode log : logs) {
      if (!log.path("address").asText().equalsIgnoreCase(settings.asset())) {
        continue;
      }
      boolean pays = isPayment(log, payment);
      if (justUsed && pays) {
        Payments.RECEIPT.put(
            exchange, SettlementReading.receipt(true, transaction, payment).toString());
        return;
      }
      paidSomewhere |= pays;
      justUsed = isUse(log, payment);
    }
    // a transfer elsewhere in the transaction may be what another authorization paid
    throw paidSomewhere || !logs.isArray() ? undecided(exchange) : refused(exchange);
  }

  private static boolean isUse(JsonNode log, X402Payment payment) {
    JsonNode topics = log.path("topics");
    return topics.path(0).asText().equals(AUTHORIZATION_USED)
        && topics.path(1).asText().equalsIgnoreCase(topic(payment.authorization().from()))
        && topics.path(2).asText().equalsIgnoreCase(payment.authorization().nonce());
  }

  private boolean isPayment(JsonNode log, X402Payment payment) {
    JsonNode topics = log.path("topics");
    return topics.path(0).asText().equals(TRANSFER)
        && topics.path(1).asText().equalsIgnoreCase(topic(payment.authorization().from()))
        && topics.path(2).asText().equalsIgnoreCase(topic(settings.payTo()))
        && optionalQuantity(log.path("data"))
            .filter(value -> value.toString().equals(payment.authorization().value()))
            .isPresent();
  }

  /**
   * Ends a call for which the node has no answer.
   *
   * @throws Refusal always
   */
  public void silent(Exchange exchange) throws Refusal {
    throw undecided(exchange)
        .causedBy(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
  }

  /** Before anything was sent nothing of ours is in doubt, and the buyer may come again. */
  private static Refusal undecided(Exchange exchange) {
    return unsent(exchange)
        .map(reason -> Refusal.of("facilitator_unavailable").because(reason))
        .orElseGet(() -> Refusal.of("settlement_unknown"));
  }

  /** Why the payment was refused, where that was before its settlement began. */
  private static Optional<String> unsent(Exchange exchange) {
    return Payments.CHARGE.of(exchange).state() == Charge.State.CLAIMED
        ? X402.PREEMPTED.find(exchange)
        : Optional.empty();
  }

  private static Refusal refused(Exchange exchange) {
    Optional<String> unsent = unsent(exchange);
    if (unsent.isPresent()) {
      return Refusal.of("payment_refused").because(unsent.get());
    }
    Payments.RECEIPT.put(
        exchange,
        SettlementReading.receipt(false, "", X402.payment(exchange))
            .put("errorReason", "authorization_not_paid")
            .toString());
    return Refusal.of("settlement_refused").because("authorization_not_paid");
  }

  private static ArrayNode parameters() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static void ask(Exchange exchange, String method, ArrayNode parameters) {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", parameters);
    exchange.getMessage().setBody(question.toString());
  }

  private JsonNode result(Exchange exchange) throws Refusal {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    return json.object(body == null ? new byte[0] : body)
        .map(answer -> answer.path("result"))
        .filter(result -> !result.isMissingNode() && !result.isNull())
        .orElseThrow(() -> undecided(exchange));
  }

  private static BigInteger quantity(Exchange exchange, JsonNode hex) throws Refusal {
    return optionalQuantity(hex).orElseThrow(() -> undecided(exchange));
  }

  private static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  private static Optional<BigInteger> optionalQuantity(JsonNode hex) {
    String text = hex.asText();
    return text.matches("0x[0-9a-fA-F]{1,64}")
        ? Optional.of(new BigInteger(text.substring(2), 16))
        : Optional.empty();
  }

  private static String topic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
  }
}
