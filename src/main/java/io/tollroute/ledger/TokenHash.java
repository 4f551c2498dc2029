package io.tollroute.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The only thing of a token that is stored. A token has 256 random bits, so a plain hash hides it.
 *
 * @param hex SHA-256 of the token in lower-case hexadecimal digits
 */
public record TokenHash(String hex) {

  /** The hash of a token. */
  public static TokenHash of(String token) {
    return new TokenHash(HexFormat.of().formatHex(sha256(token)));
  }

  /** Whether a stored hash is this one, in a time that does not tell how far they agree. */
  public boolean isSame(String stored) {
    return MessageDigest.isEqual(
        hex.getBytes(StandardCharsets.US_ASCII), stored.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
