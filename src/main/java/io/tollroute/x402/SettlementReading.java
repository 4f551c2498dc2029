package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.json.StrictJson;
import io.tollroute.log.SparseLog;
import java.util.Optional;
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

    /** No money moved: the reason excludes that anything was sent to the chain. */
    record Refused(String reason, ObjectNode receipt) implements Outcome {}

    /**
     * The authorization is used up: by us, by somebody for us, or cancelled. Only the chain knows.
     */
    record UsedUp(String reason) implements Outcome {}

    /** It is called failed, and yet money may have moved. */
    record Failed(String reason) implements Outcome {}

    /** Anything may have happened. */
    record Unknown() implements Outcome {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(SettlementReading.class);
  private static final int MAX_REASON = 100;
  private static final Pattern TRANSACTION = Pattern.compile("[A-Za-z0-9:._-]{1,128}");

  private final StrictJson json = new StrictJson(32, 1 << 20);
  private final SparseLog log;

  /** Says in {@code log} of answers that they speak of something else. */
  SettlementReading(SparseLog log) {
    this.log = log;
  }

  /**
   * The payment confirmed, or the reason of the refusal; empty when the answer, which came with
   * HTTP {@code status}, is no verdict on the payment.
   */
  Optional<Verification> verification(byte[] body, int status, X402Payment payment) {
    Optional<ObjectNode> found = json.object(body);
    JsonNode valid = found.map(answer -> answer.path("isValid")).orElse(missing());
    if (!valid.isBoolean()) {
      return Optional.empty();
    }
    ObjectNode answer = found.get();
    // the specification has no network here, and a no is one whatever stands beside it
    if (!isOfPayer(answer, payment) || (valid.booleanValue() && !isOfNetwork(answer, payment))) {
      lies("verify answered for something else than was asked");
      return Optional.empty();
    }
    if (valid.booleanValue()) {
      return Optional.of(new Verification(true, ""));
    }
    String reason = reason(answer, "invalidReason");
    return Optional.of(new Verification(false, reason))
        .filter(no -> FacilitatorReasons.isVerdict(reason, status));
  }

  record Verification(boolean valid, String reason) {}

  Outcome settlement(byte[] body, X402Payment payment) {
    Optional<ObjectNode> found = json.object(body);
    JsonNode success = found.map(answer -> answer.path("success")).orElse(missing());
    if (!success.isBoolean()) {
      return new Outcome.Unknown();
    }
    ObjectNode answer = found.get();
    if (!isOfPayer(answer, payment) || !isOfNetwork(answer, payment)) {
      lies("settle answered for something else than was asked");
      return new Outcome.Unknown();
    }
    return success.booleanValue() ? succeeded(answer, payment) : failed(answer, payment);
  }

  private Outcome succeeded(ObjectNode answer, X402Payment payment) {
    if (!isTransaction(answer.path("transaction")) || !sameAmount(answer, payment)) {
      lies("settle reported success for something else than was asked");
      return new Outcome.Unknown();
    }
    return new Outcome.Settled(receipt(true, answer.path("transaction").asText(), payment));
  }

  private static Outcome failed(ObjectNode answer, X402Payment payment) {
    String reason = reason(answer, "errorReason");
    if (reason.equals(FacilitatorReasons.PENDING)) {
      return new Outcome.Pending();
    }
    if (FacilitatorReasons.isUsedUp(reason)) {
      return new Outcome.UsedUp(reason);
    }
    if (FacilitatorReasons.excludesBroadcast(reason) && isUnsaid(answer.path("transaction"))) {
      return new Outcome.Refused(reason, receipt(false, "", payment).put("errorReason", reason));
    }
    return new Outcome.Failed(reason);
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

  private static boolean isOfPayer(ObjectNode answer, X402Payment payment) {
    JsonNode payer = answer.path("payer");
    return isUnsaid(payer) || says(payer, payment.authorization().from());
  }

  /** Facilitators of version 1 call networks by name. */
  private static boolean isOfNetwork(ObjectNode answer, X402Payment payment) {
    JsonNode network = answer.path("network");
    return isUnsaid(network)
        || says(network, payment.network())
        || says(network, X402Settings.v1Name(payment.network()));
  }

  private static boolean sameAmount(ObjectNode answer, X402Payment payment) {
    JsonNode amount = answer.path("amount");
    return isUnsaid(amount) || says(amount, payment.authorization().value());
  }

  private static boolean says(JsonNode found, String text) {
    return found.isTextual() && found.textValue().equalsIgnoreCase(text);
  }

  /** Absent, null and empty are three ways of saying nothing. */
  private static boolean isUnsaid(JsonNode found) {
    return found.isMissingNode()
        || found.isNull()
        || (found.isTextual() && found.textValue().isEmpty());
  }

  /** A reason goes to buyers, so only what looks like a reason word passes. */
  private static String reason(ObjectNode answer, String field) {
    String reason = answer.path(field).asText("");
    boolean word = reason.length() <= MAX_REASON && reason.matches("[A-Za-z0-9_.-]+");
    return word ? reason : "unspecified";
  }

  private void lies(String how) {
    log.error(LOG, "lies " + how, "alert=facilitator_lies " + how);
  }

  private static JsonNode missing() {
    return JsonNodeFactory.instance.missingNode();
  }
}
