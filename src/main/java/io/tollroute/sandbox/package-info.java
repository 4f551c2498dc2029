/**
 * The sandbox: stand-ins for the two parties outside the house (the facilitator and Alibaba Cloud),
 * a wallet with play money and a buyer that spends it. Nothing here is used by {@code serve}.
 */
package io.tollroute.sandbox;
