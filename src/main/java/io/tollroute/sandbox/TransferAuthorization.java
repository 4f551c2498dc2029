package io.tollroute.sandbox;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * An EIP-3009 {@code TransferWithAuthorization}: the message a payer signs.
 *
 * @param from payer's address
 * @param to receiver's address
 * @param value atomic token units
 * @param validAfter Unix seconds, exclusive
 * @param validBefore Unix seconds, exclusive
 * @param nonce 32 bytes as 0x and 64 hex digits
 */
public record TransferAuthorization(
    String from,
    String to,
    BigInteger value,
    BigInteger validAfter,
    BigInteger validBefore,
    String nonce) {

  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern BYTES_32 = Pattern.compile("0x[0-9a-fA-F]{64}");
  private static final Pattern BYTES_65 = Pattern.compile("0x[0-9a-fA-F]{130}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,78}");
  private static final BigInteger CURVE_ORDER = Sign.CURVE_PARAMS.getN();

  /** The EIP-712 domain of a token contract. */
  public record TokenDomain(String name, String version, long chainId, String contract) {

    /** The domain of the sandbox's only token. */
    public static TokenDomain ofSandbox() {
      return new TokenDomain(
          SandboxChain.ASSET_NAME,
          SandboxChain.ASSET_VERSION,
          SandboxChain.CHAIN_ID,
          SandboxChain.ASSET);
    }

    private byte[] separator() {
      return keccak(
          keccak(
              "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
          keccak(name),
          keccak(version),
          uint256(BigInteger.valueOf(chainId)),
          address(contract));
    }
  }

  /** Whether the text is an Ethereum address; its letter case carries no meaning here. */
  public static boolean isAddress(String text) {
    return ADDRESS.matcher(text).matches();
  }

  /** Whether the text is 32 bytes in hex. */
  public static boolean isNonce(String text) {
    return BYTES_32.matcher(text).matches();
  }

  /** The text as an unsigned 256-bit integer, if it is one in decimal digits. */
  public static Optional<BigInteger> uint256(String text) {
    return Optional.of(text)
        .filter(digits -> DECIMAL.matcher(digits).matches())
        .map(BigInteger::new)
        .filter(number -> number.bitLength() <= 256);
  }

  /** The 32 bytes that are signed: EIP-712 over this message in the token's domain. */
  byte[] digest(TokenDomain domain) {
    byte[] message =
        keccak(
            keccak(
                "TransferWithAuthorization(address from,address to,uint256 value,"
                    + "uint256 validAfter,uint256 validBefore,bytes32 nonce)"),
            address(from),
            address(to),
            uint256(value),
            uint256(validAfter),
            uint256(validBefore),
            HexFormat.of().parseHex(nonce, 2, nonce.length()));
    return keccak(new byte[] {0x19, 0x01}, domain.separator(), message);
  }

  /** This message signed: 0x, r, s, v in hex. */
  public String sign(TokenDomain domain, ECKeyPair key) {
    Sign.SignatureData signature = Sign.signMessage(digest(domain), key, false);
    HexFormat hex = HexFormat.of();
    return "0x"
        + hex.formatHex(signature.getR())
        + hex.formatHex(signature.getS())
        + hex.formatHex(signature.getV());
  }

  /** Whether the text has the form of a signature by a plain key: 65 bytes in hex. */
  public static boolean isSignature(String text) {
    return BYTES_65.matcher(text).matches();
  }

  /**
   * The lower-case address whose key made the signature. Empty for one a token contract would
   * revert on: v other than 27 or 28, s in the upper half of the curve order (EIP-2), r or s out of
   * range.
   */
  public Optional<String> signer(TokenDomain domain, String signature) {
    byte[] bytes = HexFormat.of().parseHex(signature, 2, signature.length());
    byte[] r = Arrays.copyOfRange(bytes, 0, 32);
    byte[] s = Arrays.copyOfRange(bytes, 32, 64);
    byte v = bytes[64];
    BigInteger sNumber = new BigInteger(1, s);
    BigInteger rNumber = new BigInteger(1, r);
    boolean acceptable =
        (v == 27 || v == 28)
            && rNumber.signum() > 0
            && rNumber.compareTo(CURVE_ORDER) < 0
            && sNumber.signum() > 0
            && sNumber.compareTo(CURVE_ORDER.shiftRight(1)) <= 0;
    if (!acceptable) {
      return Optional.empty();
    }
    try {
      BigInteger key = Sign.signedMessageHashToKey(digest(domain), new Sign.SignatureData(v, r, s));
      return Optional.of("0x" + Keys.getAddress(key).toLowerCase(Locale.ROOT));
    } catch (SignatureException | IllegalArgumentException notAPointOfTheCurve) {
      return Optional.empty();
    }
  }

  private static byte[] keccak(String text) {
    return Hash.sha3(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] keccak(byte[]... words) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] word : words) {
      joined.writeBytes(word);
    }
    return Hash.sha3(joined.toByteArray());
  }

  private static byte[] address(String address) {
    return uint256(new BigInteger(address.substring(2), 16));
  }

  private static byte[] uint256(BigInteger number) {
    byte[] word = new byte[32];
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, word, 32 - length, length);
    return word;
  }
}
