package io.tollroute.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The operator's token, which is compared and never shown. */
final class OperatorToken {

  private final Optional<byte[]> token;

  /** {@code token}, or one that nobody has. */
  OperatorToken(Optional<String> token) {
    this.token = token.map(OperatorToken::digest);
  }

  /** Whether there is one. */
  boolean isSet() {
    return token.isPresent();
  }

  /** Whether {@code shown} is the token; it takes as long whatever it is. */
  boolean is(String shown) {
    // hashes are of one length, so that the comparison tells nothing of the token's
    return token.isPresent() && MessageDigest.isEqual(digest(shown), token.get());
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
