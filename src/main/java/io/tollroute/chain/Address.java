package io.tollroute.chain;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * The address of an account, as somebody wrote it. Its letters may carry a checksum (EIP-55): all
 * small or all capital they carry none, mixed they must carry the right one.
 */
public final class Address {

  private static final Pattern SHAPE = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final int HASH_BITS = 256;
  private static final int FROM_HERE_CAPITAL = 8;

  private final String written;

  private Address(String written) {
    this.written = written;
  }

  /** The address; empty when it is not 0x and 40 hexadecimal digits. */
  public static Optional<Address> of(String written) {
    return SHAPE.matcher(written).matches() ? Optional.of(new Address(written)) : Optional.empty();
  }

  /** Whether its letters say that a digit is wrong. */
  public boolean isMistyped() {
    String digits = written.substring(2);
    boolean mixed =
        !digits.equals(digits.toLowerCase(Locale.ROOT))
            && !digits.equals(digits.toUpperCase(Locale.ROOT));
    return mixed && !written.equals(withChecksum());
  }

  /** Whether it is the address of nobody. */
  public boolean isZero() {
    return written.substring(2).chars().allMatch(digit -> digit == '0');
  }

  /** The same digits, with letters that carry the checksum. */
  public String withChecksum() {
    String digits = written.substring(2).toLowerCase(Locale.ROOT);
    KeccakDigest keccak = new KeccakDigest(HASH_BITS);
    keccak.update(digits.getBytes(StandardCharsets.US_ASCII), 0, digits.length());
    byte[] hash = new byte[HASH_BITS / Byte.SIZE];
    keccak.doFinal(hash, 0);
    String nibbles = HexFormat.of().formatHex(hash);
    StringBuilder checked = new StringBuilder("0x");
    for (int i = 0; i < digits.length(); i++) {
      boolean capital = Character.digit(nibbles.charAt(i), 16) >= FROM_HERE_CAPITAL;
      checked.append(capital ? Character.toUpperCase(digits.charAt(i)) : digits.charAt(i));
    }
    return checked.toString();
  }
}
