package io.tollroute.x402;

import java.util.Locale;
import java.util.Optional;

/**
 * What makes a payment one, however it is encoded: nonces are unique per payer and token
 * (EIP-3009). As text it is the key of its charge.
 *
 * @param network CAIP-2 id
 * @param asset address of the token
 * @param payer address
 * @param nonce 32 bytes as hexadecimal digits after 0x
 */
public record ProofKey(String network, String asset, String payer, String nonce) {

  /** A key with its hexadecimal digits in lower case. */
  public ProofKey {
    asset = asset.toLowerCase(Locale.ROOT);
    payer = payer.toLowerCase(Locale.ROOT);
    nonce = nonce.toLowerCase(Locale.ROOT);
  }

  /** The key that a text is; empty for that of another payment method. */
  public static Optional<ProofKey> of(String text) {
    String[] parts = text.split(":");
    return parts.length == 6 && parts[0].equals(X402Payment.METHOD)
        ? Optional.of(new ProofKey(parts[1] + ":" + parts[2], parts[3], parts[4], parts[5]))
        : Optional.empty();
  }

  /** As the ledger has it. */
  public String text() {
    return String.join(":", X402Payment.METHOD, network, asset, payer, nonce);
  }
}
