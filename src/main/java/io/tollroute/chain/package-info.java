/**
 * The EVM chain: addresses, what a node says of authorizations (EIP-3009), how far it is believed.
 */
package io.tollroute.chain;
