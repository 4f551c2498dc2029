package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.json.StrictJson;
import io.tollroute.payment.Payments;
import java.math.BigInteger;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Asks the chain what became of an authorization, as three steps of a route: the newest block, the
 * log of the authorization, the transaction that used it.
 *
 * <p>A used authorization alone proves nothing (the payer can cancel it); paid is only what the
 * same transaction transferred to us (EIP-3009 AuthorizationUsed, ERC-20 Transfer).
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

  /** Public nodes answer for at most 10,000 blocks; with 2 s a block that is five hours. */
  private static final BigInteger SEARCHED_BLOCKS = BigInteger.valueOf(9_000);

  private final StrictJson json = new StrictJson(64, 1 << 20);
  private final X402Settings settings;
  private final String nodeUrl;
  private final Clock clock;

  /** Asks the JSON-RPC node at {@code nodeUrl}; {@code clock} says what can no longer be paid. */
  public ChainEvidence(X402Settings settings, String nodeUrl, Clock clock) {
    this.settings = settings;
    this.nodeUrl = nodeUrl;
    this.clock = clock;
  }

  /** Writes the question for the newest block. */
  public void askBlock(Exchange exchange) {
    X402.CHAIN_URL.put(exchange, nodeUrl);
    ask(exchange, "eth_blockNumber", JsonNodeFactory.instance.arrayNode());
  }

  /** Reads the newest block and writes the question for the authorization's log. */
  public void askAuthorization(Exchange exchange) throws Refusal {
    BigInteger newest = quantity(result(exchange));
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    filter.put("address", settings.asset());
    filter.put(
        "fromBlock", "0x" + newest.subtract(SEARCHED_BLOCKS).max(BigInteger.ZERO).toString(16));
    filter.put("toBlock", "latest");
    ArrayNode topics = filter.putArray("topics");
    topics.addArray().add(AUTHORIZATION_USED).add(AUTHORIZATION_CANCELED);
    topics.add(topic(X402.payment(exchange).payer()));
    topics.add(X402.payment(exchange).authorization().nonce());
    ask(exchange, "eth_getLogs", JsonNodeFactory.instance.arrayNode().add(filter));
  }

  /**
   * Reads the log and writes the question for its transaction.
   *
   * @throws Refusal {@code settlement_refused} when it was cancelled or ended unused, {@code
   *     settlement_unknown} while it can still be used
   */
  public void askTransaction(Exchange exchange) throws Refusal {
    JsonNode logs = result(exchange);
    if (!logs.isArray()) {
      throw Refusal.of("settlement_unknown");
    }
    if (logs.isEmpty()) {
      boolean over = X402.payment(exchange).validUntil() + 60 < clock.instant().getEpochSecond();
      throw over ? refused(exchange) : Refusal.of("settlement_unknown");
    }
    if (logs.get(0).path("topics").path(0).asText().equals(AUTHORIZATION_CANCELED)) {
      throw refused(exchange);
    }
    String transaction = logs.get(0).path("transactionHash").asText();
    X402.CHAIN_TRANSACTION.put(exchange, transaction);
    ask(
        exchange,
        "eth_getTransactionReceipt",
        JsonNodeFactory.instance.arrayNode().add(transaction));
  }

  /**
   * Reads the transaction: a transfer of the price from the payer to us settles the charge.
   *
   * @throws Refusal {@code settlement_refused} when the authorization was used up otherwise
   */
  public void judge(Exchange exchange) throws Refusal {
    JsonNode logs = result(exchange).path("logs");
    if (!logs.isArray()) {
      throw Refusal.of("settlement_unknown");
    }
    for (JsonNode log : logs) {
      if (isPayment(log, X402.payment(exchange))) {
        Payments.RECEIPT.put(
            exchange,
            SettlementReading.receipt(
                    true, X402.CHAIN_TRANSACTION.of(exchange), X402.payment(exchange))
                .toString());
        return;
      }
    }
    throw refused(exchange);
  }

  private boolean isPayment(JsonNode log, X402Payment payment) {
    JsonNode topics = log.path("topics");
    return log.path("address").asText().equalsIgnoreCase(settings.asset())
        && topics.path(0).asText().equals(TRANSFER)
        && topics.path(1).asText().equalsIgnoreCase(topic(payment.payer()))
        && topics.path(2).asText().equalsIgnoreCase(topic(settings.payTo()))
        && optionalQuantity(log.path("data"))
            .filter(value -> value.toString().equals(payment.authorization().value()))
            .isPresent();
  }

  private static Refusal refused(Exchange exchange) {
    Payments.RECEIPT.put(
        exchange,
        SettlementReading.receipt(false, "", X402.payment(exchange))
            .put("errorReason", "authorization_not_paid")
            .toString());
    return Refusal.of("settlement_refused").because("authorization_not_paid");
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
        .orElseThrow(() -> Refusal.of("settlement_unknown"));
  }

  private static BigInteger quantity(JsonNode hex) throws Refusal {
    return optionalQuantity(hex).orElseThrow(() -> Refusal.of("settlement_unknown"));
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
