/**
 * The payment method x402: terms, what was offered, payments, the facilitator, and the chain behind
 * it.
 */
package io.tollroute.x402;
