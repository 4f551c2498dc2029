package io.tollroute.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.web3j.crypto.Sign;

/** Signs texts as wallets do for people (EIP-191, personal_sign). */
public final class TextSigner {

  private TextSigner() {}

  /** The wallet's signature over a text, r, s and v in hexadecimal digits with 0x. */
  public static String sign(SandboxWallet wallet, String text) {
    Sign.SignatureData signed =
        Sign.signPrefixedMessage(text.getBytes(StandardCharsets.UTF_8), wallet.key());
    HexFormat hex = HexFormat.of();
    return "0x"
        + hex.formatHex(signed.getR())
        + hex.formatHex(signed.getS())
        + hex.formatHex(signed.getV());
  }
}
