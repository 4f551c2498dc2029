package io.tollroute.operator;

import io.tollroute.x402.ProofKey;
import java.util.Locale;

/**
 * A transfer as somebody else has it in his books. What he does not say is empty.
 *
 * @param network CAIP-2 id
 * @param asset the token contract
 * @param payer who paid
 * @param nonce of the authorization; empty for a transfer without one
 * @param amount in the asset's atomic units
 * @param payTo who was paid
 * @param transaction its hash
 */
record BookedTransfer(
    String network,
    String asset,
    String payer,
    String nonce,
    String amount,
    String payTo,
    String transaction) {

  /** As the ledger names the charge of such a transfer. */
  String key() {
    return new ProofKey(network.toLowerCase(Locale.ROOT), asset, payer, nonce).text();
  }
}
