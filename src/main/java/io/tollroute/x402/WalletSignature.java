package io.tollroute.x402;

import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Optional;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * What a wallet's own key has signed with.
 *
 * @param r 32 bytes
 * @param s 32 bytes
 * @param parity 0 or 1
 */
record WalletSignature(byte[] r, byte[] s, int parity) {

  private static final BigInteger HALF_ORDER = Sign.CURVE_PARAMS.getN().shiftRight(1);
  private static final int WORD = 32;
  private static final int FIRST_V = 27;

  /** r, s and v, which counts from 27, or from 0 as hardware wallets write it; empty for others. */
  static Optional<WalletSignature> of(byte[] bytes) {
    if (bytes.length != 2 * WORD + 1) {
      return Optional.empty();
    }
    int v = Byte.toUnsignedInt(bytes[2 * WORD]);
    int parity = v >= FIRST_V ? v - FIRST_V : v;
    return parity == 0 || parity == 1
        ? Optional.of(
            new WalletSignature(
                Arrays.copyOfRange(bytes, 0, WORD),
                Arrays.copyOfRange(bytes, WORD, 2 * WORD),
                parity))
        : Optional.empty();
  }

  /** The same, or r and s in 64 bytes, of which the first bit of s is the parity (EIP-2098). */
  static Optional<WalletSignature> ofAnyLength(byte[] bytes) {
    if (bytes.length != 2 * WORD) {
      return of(bytes);
    }
    byte[] s = Arrays.copyOfRange(bytes, WORD, 2 * WORD);
    int parity = s[0] < 0 ? 1 : 0;
    s[0] = (byte) (s[0] & 0x7f);
    return Optional.of(new WalletSignature(Arrays.copyOfRange(bytes, 0, WORD), s, parity));
  }

  /** What a wallet signs when it is shown a message (EIP-191, personal_sign). */
  static byte[] hashOfMessage(byte[] message) {
    return Sign.getEthereumMessageHash(message);
  }

  /** Whether it is the one of the two signatures that tokens take (EIP-2). */
  boolean isLow() {
    return new BigInteger(1, s).compareTo(HALF_ORDER) <= 0;
  }

  /** The address whose key has signed the hash; empty when it is none. */
  Optional<String> signer(byte[] hash) {
    try {
      return Optional.of(
          "0x"
              + Keys.getAddress(
                  Sign.signedMessageHashToKey(
                      hash, new Sign.SignatureData((byte) (FIRST_V + parity), r, s))));
    } catch (SignatureException | RuntimeException e) {
      // the library throws both at numbers that are no signature
      return Optional.empty();
    }
  }
}
