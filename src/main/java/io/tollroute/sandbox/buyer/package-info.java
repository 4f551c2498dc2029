/**
 * The little buyer of the sandbox: asks, signs with play money, pays once, and says how it ended.
 */
package io.tollroute.sandbox.buyer;
