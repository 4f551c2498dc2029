package io.tollroute.chain;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * The EIP-712 domain of a token, for which every payment is signed.
 *
 * @param name as the contract signs with, for example {@code USD Coin}
 * @param version of its signatures
 * @param chainId of the chain
 * @param contract the token's address
 */
public record TokenDomain(String name, String version, long chainId, String contract) {

  private static final int WORD = 32;
  private static final int WORDS = 5;
  private static final String TYPE =
      "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

  /** The 32 bytes that a contract of this domain answers {@code DOMAIN_SEPARATOR()} with. */
  public String separator() {
    ByteBuffer words =
        ByteBuffer.allocate(WORDS * WORD)
            .put(hash(TYPE))
            .put(hash(name))
            .put(hash(version))
            .put(word(BigInteger.valueOf(chainId)))
            .put(word(new BigInteger(contract.substring(2), 16)));
    return "0x" + HexFormat.of().formatHex(keccak(words.array()));
  }

  private static byte[] hash(String text) {
    return keccak(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] keccak(byte[] bytes) {
    KeccakDigest digest = new KeccakDigest(WORD * Byte.SIZE);
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[WORD];
    digest.doFinal(hash, 0);
    return hash;
  }

  private static byte[] word(BigInteger number) {
    return HexFormat.of().parseHex("%064x".formatted(number));
  }
}
