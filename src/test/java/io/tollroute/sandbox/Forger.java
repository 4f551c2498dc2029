package io.tollroute.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.TransferAuthorization.TokenDomain;
import java.math.BigInteger;
import java.time.Clock;
import java.util.HexFormat;
import java.util.UUID;
import org.web3j.crypto.Sign;

/** Makes signatures that a decent wallet would not make, for tests of what a seller refuses. */
public final class Forger {

  private static final BigInteger CURVE_ORDER = Sign.CURVE_PARAMS.getN();

  private Forger() {}

  /** A wallet that nobody has seen before, and that holds nothing. */
  public static SandboxWallet newWallet(Clock clock) {
    return new SandboxWallet(UUID.randomUUID().toString(), clock);
  }

  /** The payment with a genuine signature by {@code wallet} over the transfer as it now stands. */
  public static ObjectNode signed(ObjectNode payment, SandboxWallet wallet) {
    JsonNode sent = payment.at("/payload/authorization");
    TransferAuthorization authorization =
        new TransferAuthorization(
            sent.path("from").asText(),
            sent.path("to").asText(),
            new BigInteger(sent.path("value").asText()),
            new BigInteger(sent.path("validAfter").asText()),
            new BigInteger(sent.path("validBefore").asText()),
            sent.path("nonce").asText());
    return withSignature(payment, authorization.sign(TokenDomain.ofSandbox(), wallet.key()));
  }

  /** The payment with the other signature that the curve has for the same message and key. */
  public static ObjectNode malleated(ObjectNode payment) {
    byte[] signature = signature(payment);
    HexFormat hex = HexFormat.of();
    BigInteger s = CURVE_ORDER.subtract(new BigInteger(1, signature, 32, 32));
    return withSignature(
        payment,
        "0x"
            + hex.formatHex(signature, 0, 32)
            + "%064x".formatted(s)
            + hex.toHexDigits((byte) (signature[64] == 27 ? 28 : 27)));
  }

  /** The payment with its signature in 64 bytes (EIP-2098). */
  public static ObjectNode compacted(ObjectNode payment) {
    byte[] signature = signature(payment);
    if (signature[64] == 28) {
      signature[32] |= (byte) 0x80;
    }
    return withSignature(payment, "0x" + HexFormat.of().formatHex(signature, 0, 64));
  }

  /** The payment with another signature, whatever it is worth. */
  public static ObjectNode withSignature(ObjectNode payment, String signature) {
    ObjectNode forged = payment.deepCopy();
    ((ObjectNode) forged.get("payload")).put("signature", signature);
    return forged;
  }

  private static byte[] signature(ObjectNode payment) {
    String text = payment.at("/payload/signature").asText();
    return HexFormat.of().parseHex(text, 2, text.length());
  }
}
