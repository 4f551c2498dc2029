package io.tollroute.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Facilitator and chain in one: a nonce moves its money once, in time, or never. */
final class Bank {

  private static final String USED =
      "0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5";
  private static final String TRANSFER =
      "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
  private static final String ZEROS = "0x" + "0".repeat(24);

  private final World world;
  private final Map<String, Transfer> moved = new LinkedHashMap<>();
  private final SortedMap<String, Transfer> late = new TreeMap<>();
  private final Set<String> preempted = new HashSet<>();
  private final Set<String> calledFailed = new HashSet<>();
  private int settleCalls;

  Bank(World world) {
    this.world = world;
  }

  /** What an authorization moves. */
  record Transfer(
      String from,
      String to,
      String value,
      String nonce,
      long validBefore,
      String network,
      String asset) {

    static Transfer of(JsonNode request) {
      JsonNode signed = request.at("/paymentPayload/payload/authorization");
      JsonNode terms = request.path("paymentRequirements");
      if (!signed.path("value").asText().equals(terms.path("amount").asText())
          || !signed.path("to").asText().equals(terms.path("payTo").asText())) {
        throw new IllegalArgumentException("the authorization is not for the terms: " + request);
      }
      return new Transfer(
          signed.path("from").asText(),
          signed.path("to").asText(),
          signed.path("value").asText(),
          signed.path("nonce").asText(),
          signed.path("validBefore").asLong(),
          terms.path("network").asText(),
          terms.path("asset").asText());
    }

    String transaction() {
      return "0x" + nonce.substring(2);
    }
  }

  /** Whether the nonce has moved its money. */
  synchronized boolean hasMoved(String nonce) {
    return moved.containsKey(nonce);
  }

  /** What a nonce has moved, in atomic units. */
  synchronized long moved(String nonce) {
    return transfer(nonce).map(transfer -> Long.parseLong(transfer.value())).orElse(0L);
  }

  synchronized int settleCalls() {
    return settleCalls;
  }

  /** Something that was sent is done at last, if it still may be. */
  synchronized void mine() {
    if (!late.isEmpty()) {
      move(late.remove(late.firstKey()));
    }
  }

  /** Somebody who has seen the payment settles it himself. */
  synchronized void preempt(JsonNode payment, JsonNode terms) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.set("paymentPayload", payment);
    request.set("paymentRequirements", terms);
    Transfer transfer = Transfer.of(request);
    if (move(transfer)) {
      preempted.add(transfer.nonce());
    }
  }

  /** Whether the money came through somebody else. */
  synchronized boolean isPreempted(String nonce) {
    return preempted.contains(nonce);
  }

  /** How many settlements were done and called failed. */
  synchronized int calledFailed() {
    return calledFailed.size();
  }

  private boolean move(Transfer transfer) {
    if (transfer.validBefore() <= world.clock().seconds()) {
      return false;
    }
    late.remove(transfer.nonce());
    return moved.putIfAbsent(transfer.nonce(), transfer) == null;
  }

  synchronized ObjectNode verify(JsonNode request) throws IOException {
    Transfer transfer = Transfer.of(request);
    if (world.happens(world.weather().facilitator())) {
      throw new IOException("no answer to verify");
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("payer", transfer.from());
    if (hasMoved(transfer.nonce())) {
      return answer
          .put("isValid", false)
          .put("invalidReason", "invalid_exact_evm_nonce_already_used");
    }
    return answer.put("isValid", true);
  }

  synchronized ObjectNode settle(JsonNode request) throws IOException {
    settleCalls++;
    Transfer transfer = Transfer.of(request);
    Weather weather = world.weather();
    if (world.happens(weather.facilitator() / 3)) {
      throw new ConnectException("settle was not sent");
    }
    if (world.happens(weather.facilitator() / 3)) {
      throw new IOException("settle was lost on its way");
    }
    if (world.happens(weather.failed())) {
      if (world.happens(0.5) && move(transfer)) {
        calledFailed.add(transfer.nonce());
      }
      return failure(
          transfer, world.happens(0.5) ? "transaction_failed" : "unexpected_settle_error");
    }
    if (moved.containsKey(transfer.nonce())) {
      return weather.idempotent()
          ? success(transfer)
          : failure(transfer, "invalid_exact_evm_nonce_already_used");
    }
    if (world.happens(weather.late())) {
      late.put(transfer.nonce(), transfer);
      if (world.happens(0.5)) {
        throw new IOException("settle was begun and not answered");
      }
      return failure(transfer, "settlement_pending");
    }
    if (world.happens(weather.refused())) {
      return failure(transfer, "insufficient_funds");
    }
    if (!move(transfer)) {
      return failure(transfer, "invalid_exact_evm_payload_authorization_valid_before");
    }
    if (world.happens(weather.facilitator())) {
      throw new IOException("settled, and the answer was lost");
    }
    return success(transfer);
  }

  private static ObjectNode success(Transfer transfer) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("success", true)
        .put("payer", transfer.from())
        .put("network", transfer.network())
        .put("transaction", transfer.transaction());
  }

  private static ObjectNode failure(Transfer transfer, String reason) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("success", false)
        .put("payer", transfer.from())
        .put("network", transfer.network())
        .put("transaction", "")
        .put("errorReason", reason);
  }

  /** A JSON-RPC node of the chain. */
  synchronized ObjectNode chain(JsonNode question) throws IOException {
    if (world.happens(world.weather().facilitator())) {
      throw new IOException("the node is away");
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("id", 1);
    JsonNode asked = question.path("params").path(0);
    switch (question.path("method").asText()) {
      case "eth_chainId" -> answer.put("result", "0x14a34");
      case "eth_getBlockByNumber" ->
          answer
              .putObject("result")
              .put("number", "0x5000")
              .put("timestamp", "0x" + Long.toHexString(world.clock().seconds()));
      case "eth_getLogs" -> {
        ArrayNode logs = answer.putArray("result");
        transfer(asked.path("topics").path(2).asText())
            .ifPresent(transfer -> logs.add(log(transfer, USED, transfer.nonce())));
      }
      case "eth_getTransactionReceipt" -> {
        ArrayNode logs = answer.putObject("result").putArray("logs");
        transfer(asked.asText())
            .ifPresent(
                transfer -> {
                  logs.add(log(transfer, USED, transfer.nonce()));
                  logs.add(
                      log(transfer, TRANSFER, ZEROS + transfer.to().substring(2).toLowerCase())
                          .put("data", "0x" + Long.toHexString(Long.parseLong(transfer.value()))));
                });
      }
      case "eth_call" -> {
        String data = asked.path("data").asText();
        boolean used = transfer("0x" + data.substring(data.length() - 64)).isPresent();
        answer.put("result", "0x" + "0".repeat(63) + (used ? "1" : "0"));
      }
      default -> throw new IllegalArgumentException("not asked before: " + question);
    }
    return answer;
  }

  private Optional<Transfer> transfer(String nonce) {
    return Optional.ofNullable(moved.get(nonce));
  }

  private static ObjectNode log(Transfer transfer, String event, String second) {
    ObjectNode log = JsonNodeFactory.instance.objectNode();
    log.put("address", transfer.asset()).put("transactionHash", transfer.transaction());
    log.putArray("topics")
        .add(event)
        .add(ZEROS + transfer.from().substring(2).toLowerCase())
        .add(second);
    return log;
  }
}
