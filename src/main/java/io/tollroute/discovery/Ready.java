package io.tollroute.discovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A document as it is sent.
 *
 * @param type media type
 * @param bytes not to be changed
 * @param etag strong validator of the bytes, in quotes (RFC 9110 section 8.8.3)
 */
@SuppressWarnings("ArrayRecordComponent")
record Ready(String type, byte[] bytes, String etag) {

  private static final int TAG_BYTES = 15;

  /** A document with the validator of its bytes. */
  static Ready of(String type, byte[] bytes) {
    return new Ready(type, bytes, '"' + digest(bytes) + '"');
  }

  /**
   * Whether whoever has said {@code ifNoneMatch} has it already (RFC 9110 section 13.1.2).
   *
   * @param ifNoneMatch the header's value, empty without one
   */
  boolean isHad(String ifNoneMatch) {
    return Arrays.stream(ifNoneMatch.split(","))
        .map(String::trim)
        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
        .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new String(
          Base64.getUrlEncoder().withoutPadding().encode(Arrays.copyOf(hash, TAG_BYTES)),
          StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
