package io.tollroute.x402;

import java.util.Locale;
import java.util.Set;

/**
 * The reason words of facilitators, by what they say about money.
 *
 * <p>Words are compared whole and as they are written: a word that is not listed says nothing,
 * however much it looks like one that is. The sources are the x402 specification (v2 section 9, and
 * the list of version 1) and the facilitators of the reference implementation in TypeScript and Go
 * (@x402/evm 2.27).
 */
final class FacilitatorReasons {

  /** Sent, not final: the identical settlement may be sent again (reference implementation). */
  static final String PENDING = "settlement_pending";

  /** The authorization is used up, by whomever (reference implementation). */
  private static final Set<String> USED_UP =
      Set.of("invalid_exact_evm_nonce_already_used", "duplicate_settlement");

  /**
   * What a facilitator finds before it sends a transaction, so that none was sent: signature,
   * balance, validity, amount, receiver, network, token, form. Simulation, deployment, state and
   * everything that begins with "unexpected" is not here: it may come after the transaction was
   * sent.
   */
  private static final Set<String> BEFORE_A_BROADCAST =
      Set.of(
          // specification, section 9
          "insufficient_funds",
          "invalid_exact_evm_payload_authorization_valid_after",
          "invalid_exact_evm_payload_authorization_valid_before",
          "invalid_exact_evm_payload_authorization_value_mismatch",
          "invalid_exact_evm_payload_signature",
          "invalid_exact_evm_payload_recipient_mismatch",
          "invalid_network",
          "invalid_payload",
          "invalid_payment_requirements",
          "invalid_scheme",
          "unsupported_scheme",
          "invalid_x402_version",
          // specification of version 1
          "invalid_exact_evm_payload_authorization_value",
          // reference implementation
          "invalid_exact_evm_payload_undeployed_smart_wallet",
          "invalid_exact_evm_scheme",
          "invalid_exact_evm_network_mismatch",
          "invalid_exact_evm_missing_eip712_domain",
          "invalid_exact_evm_recipient_mismatch",
          "invalid_exact_evm_signature",
          "invalid_exact_evm_signature_format",
          "invalid_exact_evm_failed_to_parse_signature",
          "invalid_exact_evm_authorization_value",
          "invalid_exact_evm_required_amount",
          "invalid_exact_evm_insufficient_amount",
          "invalid_exact_evm_insufficient_balance",
          "invalid_exact_evm_token_name_mismatch",
          "invalid_exact_evm_token_version_mismatch",
          "invalid_exact_evm_eip3009_not_supported",
          "asset_not_deployed_contract",
          "eip6492_factory_not_allowed");

  /** What a facilitator says of itself and not of the payment that it was asked to verify. */
  private static final Set<String> OWN_FAILURES =
      Set.of(
          // specification, section 9
          "unexpected_verify_error",
          "unexpected_settle_error",
          // reference implementation in Go: its node did not answer
          "invalid_exact_evm_failed_to_get_network_config",
          "invalid_exact_evm_failed_to_check_nonce",
          "invalid_exact_evm_failed_to_get_balance",
          "invalid_exact_evm_failed_to_verify_signature",
          "invalid_exact_evm_failed_to_check_deployment",
          "invalid_exact_evm_verification_failed",
          // seen from others
          "internal_error",
          "internal_server_error",
          "rate_limited",
          "rate_limit_exceeded",
          "too_many_requests",
          "unauthorized",
          "timeout",
          "service_unavailable");

  private FacilitatorReasons() {}

  /** Whether the authorization is used up. */
  static boolean isUsedUp(String reason) {
    return USED_UP.contains(reason);
  }

  /** Whether nothing was sent to the chain for certain. */
  static boolean excludesBroadcast(String reason) {
    return BEFORE_A_BROADCAST.contains(reason);
  }

  /**
   * Whether a verify that says no, with such a reason and HTTP status, is a verdict on the payment.
   * A known word always is. Any other is one unless the facilitator speaks of itself: by its word,
   * or by a status that means its own failure or its own door.
   */
  static boolean isVerdict(String reason, int status) {
    if (excludesBroadcast(reason) || isUsedUp(reason)) {
      return true;
    }
    boolean ofTheRequest = status / 100 == 2 || status == 400 || status == 402 || status == 422;
    return ofTheRequest && !OWN_FAILURES.contains(reason.toLowerCase(Locale.ROOT));
  }
}
