package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.json.StrictJson;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a facilitator's answers mean for one payment. The HTTP status says little (some send
 * outcomes with 500), so only the body counts, and only if it speaks of this very payment.
 */
final class SettlementReading {

  /** What a settle answer means. */
  sealed interface Outcome {
    /** Money moved to us; {@code receipt} is the SettlementResponse for the buyer. */
    record Settled(ObjectNode receipt) implements Outcome {}

    /** Broadcast, not final: the identical payload may be sent again. */
    record Pending() implements Outcome {}

    /** No money moved. */
    record Refused(String reason, ObjectNode receipt) implements Outcome {}

    /**
     * The authorization is used up: by us, by somebody for us, or cancelled. Only the chain knows.
     */
    record UsedUp(String reason) implements Outcome {}

    /** Anything may have happened. */
    record Unknown() implements Outcome {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(SettlementReading.class);
  private static final Set<String> USED_UP =
      Set.of("invalid_exact_evm_nonce_already_used", "duplicate_settlement");
  private static final Set<String> REVERTED = Set.of("invalid_exact_evm_transaction_failed");
  private static final int MAX_REASON = 100;
  private static final Pattern TRANSACTION = Pattern.compile("[A-Za-z0-9:._-]{1,128}");

  private final StrictJson json = new StrictJson(32, 1 << 20);

  /** The payer confirmed, or the reason of the refusal; empty when the answer is no answer. */
  Optional<Verification> verification(byte[] body, X402Payment payment) {
    Optional<ObjectNode> found = json.object(body);
    JsonNode valid = found.map(answer -> answer.path("isValid")).orElse(missing());
    if (!valid.isBoolean()) {
      return Optional.empty();
    }
    ObjectNode answer = found.get();
    if (!samePayer(answer, payment)) {
      LOG.error("alert=facilitator_lies verify answered for another payer than the one asked for");
      return Optional.empty();
    }
    return Optional.of(
        valid.booleanValue()
            ? new Verification(true, "")
            : new Verification(false, reason(answer, "invalidReason")));
  }

  record Verification(boolean valid, String reason) {}

  /** Whether a reason says that the authorization is used up, by whomever. */
  static boolean isUsedUp(String reason) {
    return USED_UP.contains(reason);
  }

  Outcome settlement(byte[] body, X402Payment payment) {
    Optional<ObjectNode> found = json.object(body);
    JsonNode success = found.map(answer -> answer.path("success")).orElse(missing());
    if (!success.isBoolean()) {
      return new Outcome.Unknown();
    }
    ObjectNode answer = found.get();
    if (!samePayer(answer, payment)) {
      LOG.error("alert=facilitator_lies settle answered for another payer than the one asked for");
      return new Outcome.Unknown();
    }
    return success.booleanValue() ? succeeded(answer, payment) : failed(answer, payment);
  }

  private static Outcome succeeded(ObjectNode answer, X402Payment payment) {
    boolean genuine =
        isTransaction(answer.path("transaction"))
            && answer.path("network").asText().equals(payment.network())
            && sameAmount(answer, payment);
    if (!genuine) {
      LOG.error("alert=facilitator_lies settle reported success for something else than was asked");
      return new Outcome.Unknown();
    }
    return new Outcome.Settled(receipt(true, answer.path("transaction").asText(), payment));
  }

  private static Outcome failed(ObjectNode answer, X402Payment payment) {
    String reason = reason(answer, "errorReason");
    JsonNode transaction = answer.path("transaction");
    if (reason.equals("settlement_pending")) {
      return new Outcome.Pending();
    }
    if (isUsedUp(reason)) {
      return new Outcome.UsedUp(reason);
    }
    if (transaction.asText("").isEmpty() || REVERTED.contains(reason)) {
      ObjectNode receipt =
          receipt(false, isTransaction(transaction) ? transaction.textValue() : "", payment);
      receipt.put("errorReason", reason);
      return new Outcome.Refused(reason, receipt);
    }
    return new Outcome.Unknown();
  }

  /** The receipt for the buyer holds what we checked and nothing else that a facilitator says. */
  static ObjectNode receipt(boolean success, String transaction, X402Payment payment) {
    ObjectNode receipt = JsonNodeFactory.instance.objectNode();
    receipt.put("success", success);
    receipt.put("transaction", transaction);
    receipt.put("network", payment.network());
    receipt.put("payer", payment.authorization().from());
    return receipt;
  }

  /** A transaction goes to buyers, so it must look like one: a hash, or some ledger's id. */
  private static boolean isTransaction(JsonNode found) {
    return found.isTextual() && TRANSACTION.matcher(found.textValue()).matches();
  }

  private static boolean samePayer(ObjectNode answer, X402Payment payment) {
    JsonNode payer = answer.path("payer");
    return payer.isMissingNode()
        || payer.isNull()
        || (payer.isTextual()
            && payer.textValue().equalsIgnoreCase(payment.authorization().from()));
  }

  private static boolean sameAmount(ObjectNode answer, X402Payment payment) {
    JsonNode amount = answer.path("amount");
    return amount.isMissingNode()
        || amount.isNull()
        || (amount.isTextual() && amount.textValue().equals(payment.authorization().value()));
  }

  /** A reason goes to buyers, so only what looks like a reason word passes. */
  private static String reason(ObjectNode answer, String field) {
    String reason = answer.path(field).asText("");
    boolean word = reason.length() <= MAX_REASON && reason.matches("[A-Za-z0-9_.-]+");
    return word ? reason : "unspecified";
  }

  private static JsonNode missing() {
    return JsonNodeFactory.instance.missingNode();
  }
}
