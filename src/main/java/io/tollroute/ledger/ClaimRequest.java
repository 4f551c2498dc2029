package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A proof and the request that it is shown for.
 *
 * @param proof the proof of payment
 * @param service id of the service, the same for all its addresses
 * @param fingerprint hash of service and request; equal for the same request
 * @param requestId our id of the request
 * @param surface where it came in: {@code http} or {@code mcp}
 * @param terms what the proof pays
 * @param sameAgain whether the same request with the same token is the same call, unless its buyer
 *     gives it another key
 * @param recognized whether the proof is known to be of the payer whom it names
 * @param alone whether it begins nothing while another call of the same payer is not settled
 * @param objection what is wrong with the request: it begins nothing, and still gets what was begun
 *     before
 * @param workSeconds how long it may hold the charge until there is an answer
 * @param sealedSettlement what a settlement would send, sealed; made only where it may be sent
 *     before the answer is kept, and empty when nothing is sent. It is given what is sealed already
 *     for the charge, empty when nothing is, so that what is sent again is what was sent
 */
public record ClaimRequest(
    PaymentProof proof,
    String service,
    String fingerprint,
    String requestId,
    String surface,
    ChargeTerms terms,
    boolean sameAgain,
    boolean recognized,
    boolean alone,
    Optional<Refusal> objection,
    long workSeconds,
    UnaryOperator<byte[]> sealedSettlement) {

  /**
   * Why nothing new may begin with it: the proof's own reason, or what is wrong with the request.
   */
  public Optional<Refusal> obstacle() {
    return proof.objection().or(() -> objection);
  }
}
