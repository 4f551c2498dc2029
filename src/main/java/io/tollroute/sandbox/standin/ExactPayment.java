package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.TransferAuthorization;
import io.tollroute.sandbox.TransferAuthorization.TokenDomain;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * What a seller sends to verify or settle (x402 v2, scheme {@code exact} on an EVM chain), read.
 *
 * @param accepted the terms the payer says it accepted
 * @param requirements the seller's own terms
 * @param authorization what was signed
 * @param signature 0x and hex
 */
record ExactPayment(
    JsonNode accepted,
    JsonNode requirements,
    TransferAuthorization authorization,
    String signature) {

  /** The request does not have the shape the protocol prescribes. */
  static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    Malformed(String reason, String what) {
      super(what, null, false, false);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /**
   * Reads a request body.
   *
   * @throws Malformed if a field is missing, has another type or another protocol version
   */
  static ExactPayment read(JsonNode body) throws Malformed {
    if (!body.isObject()) {
      throw new Malformed("invalid_payload", "the body is not a JSON object");
    }
    JsonNode payload = object(body, "paymentPayload");
    JsonNode requirements = object(body, "paymentRequirements");
    for (JsonNode versioned : new JsonNode[] {body, payload}) {
      if (!versioned.path("x402Version").isInt() || versioned.path("x402Version").asInt() != 2) {
        throw new Malformed("invalid_x402_version", "x402Version is not 2");
      }
    }
    for (String name : new String[] {"scheme", "network", "amount", "asset", "payTo"}) {
      text(requirements, name, "invalid_payment_requirements");
    }
    if (!requirements.path("maxTimeoutSeconds").isNumber()) {
      throw new Malformed("invalid_payment_requirements", "maxTimeoutSeconds is not a number");
    }
    JsonNode proof = object(payload, "payload");
    JsonNode authorization = object(proof, "authorization");
    return new ExactPayment(
        object(payload, "accepted"),
        requirements,
        new TransferAuthorization(
            address(authorization, "from"),
            address(authorization, "to"),
            number(authorization, "value"),
            number(authorization, "validAfter"),
            number(authorization, "validBefore"),
            nonce(authorization)),
        text(proof, "signature", "invalid_payload"));
  }

  /**
   * Why this payment can never be good, whatever the time and the balances are: a reason string of
   * the official facilitators, or nothing.
   */
  Optional<String> refusal() {
    Map<String, String> sameInBoth =
        Map.of(
            "scheme", "invalid_exact_evm_scheme",
            "network", "invalid_exact_evm_network_mismatch",
            "payTo", "invalid_exact_evm_recipient_mismatch");
    if (!text("scheme").equals("exact")) {
      return Optional.of("invalid_exact_evm_scheme");
    }
    if (!text("network").equals(SandboxChain.NETWORK)) {
      return Optional.of("invalid_network");
    }
    for (String name : new String[] {"scheme", "network", "payTo", "asset", "amount"}) {
      JsonNode claimed = accepted.path(name);
      if (!claimed.isTextual() || !claimed.asText().equalsIgnoreCase(text(name))) {
        return Optional.of(sameInBoth.getOrDefault(name, "invalid_payment_requirements"));
      }
    }
    if (!accepted.path("maxTimeoutSeconds").equals(requirements.path("maxTimeoutSeconds"))) {
      return Optional.of("invalid_payment_requirements");
    }
    JsonNode extra = requirements.path("extra");
    if (!extra.path("name").isTextual() || !extra.path("version").isTextual()) {
      return Optional.of("invalid_exact_evm_missing_eip712_domain");
    }
    for (Map.Entry<String, JsonNode> declared : extra.properties()) {
      if (!declared.getValue().equals(accepted.path("extra").path(declared.getKey()))) {
        return Optional.of("invalid_payment_requirements");
      }
    }
    if (!text("asset").equalsIgnoreCase(SandboxChain.ASSET)) {
      return Optional.of("asset_not_deployed_contract");
    }
    if (!extra.path("name").asText().equals(SandboxChain.ASSET_NAME)) {
      return Optional.of("invalid_exact_evm_token_name_mismatch");
    }
    if (!extra.path("version").asText().equals(SandboxChain.ASSET_VERSION)) {
      return Optional.of("invalid_exact_evm_token_version_mismatch");
    }
    if (!authorization.to().equalsIgnoreCase(text("payTo"))) {
      return Optional.of("invalid_exact_evm_recipient_mismatch");
    }
    if (!Optional.of(authorization.value()).equals(TransferAuthorization.uint256(text("amount")))) {
      return Optional.of("invalid_exact_evm_payload_authorization_value_mismatch");
    }
    if (!TransferAuthorization.isSignature(signature)) {
      return Optional.of("invalid_exact_evm_failed_to_parse_signature");
    }
    TokenDomain domain =
        new TokenDomain(
            extra.path("name").asText(),
            extra.path("version").asText(),
            SandboxChain.CHAIN_ID,
            text("asset"));
    boolean signedByPayer =
        authorization
            .signer(domain, signature)
            .filter(authorization.from()::equalsIgnoreCase)
            .isPresent();
    return signedByPayer ? Optional.empty() : Optional.of("invalid_exact_evm_signature");
  }

  private String text(String name) {
    return requirements.path(name).asText();
  }

  private static JsonNode object(JsonNode parent, String name) throws Malformed {
    JsonNode child = parent.path(name);
    if (!child.isObject()) {
      throw new Malformed("invalid_payload", name + " is not an object");
    }
    return child;
  }

  private static String text(JsonNode parent, String name, String reason) throws Malformed {
    JsonNode child = parent.path(name);
    if (!child.isTextual()) {
      throw new Malformed(reason, name + " is not a string");
    }
    return child.asText();
  }

  private static String address(JsonNode authorization, String name) throws Malformed {
    String address = text(authorization, name, "invalid_payload");
    if (!TransferAuthorization.isAddress(address)) {
      throw new Malformed("invalid_payload", name + " is not an address");
    }
    return address;
  }

  private static BigInteger number(JsonNode authorization, String name) throws Malformed {
    return TransferAuthorization.uint256(text(authorization, name, "invalid_payload"))
        .orElseThrow(() -> new Malformed("invalid_payload", name + " is not a uint256"));
  }

  private static String nonce(JsonNode authorization) throws Malformed {
    String nonce = text(authorization, "nonce", "invalid_payload");
    if (!TransferAuthorization.isNonce(nonce)) {
      throw new Malformed("invalid_payload", "nonce is not 32 bytes of hex");
    }
    return nonce;
  }
}
