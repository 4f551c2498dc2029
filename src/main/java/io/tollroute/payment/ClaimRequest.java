package io.tollroute.payment;

/**
 * A proof and the request that it is shown for.
 *
 * @param proof the proof of payment
 * @param service id of the service, the same for all its addresses
 * @param fingerprint hash of service and request; equal for the same request
 * @param requestId our id of the request
 */
public record ClaimRequest(Proof proof, String service, String fingerprint, String requestId) {}
