package io.tollroute.x402;

/**
 * An EIP-3009 TransferWithAuthorization as the buyer signed it, addresses in lower case.
 *
 * @param value atomic token units, decimal
 * @param validAfter seconds since the epoch
 * @param validBefore seconds since the epoch
 * @param nonce 32 bytes, lower-case hexadecimal with 0x
 */
record Authorization(
    String from, String to, String value, long validAfter, long validBefore, String nonce) {}
