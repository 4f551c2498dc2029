package io.tollroute.discovery;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A document as it is sent. A large one is kept packed: one with hundreds of services has
 * megabytes, most of them said again and again.
 */
final class Ready {

  /** Names the form in which a packed document is sent (RFC 9110 section 8.4.1). */
  static final String PACKED = "gzip";

  private static final int TAG_BYTES = 15;
  private static final int LARGE = 16 << 10;

  private final String type;
  private final String tag;
  private final int length;
  private final boolean packed;
  private final byte[] kept;

  private Ready(String type, String tag, int length, boolean packed, byte[] kept) {
    this.type = type;
    this.tag = tag;
    this.length = length;
    this.packed = packed;
    this.kept = kept;
  }

  /** A document of a media type, with the validator of its bytes. */
  static Ready of(String type, byte[] bytes) {
    boolean large = bytes.length > LARGE;
    return new Ready(type, digest(bytes), bytes.length, large, large ? pack(bytes) : bytes);
  }

  /** Its media type. */
  String type() {
    return type;
  }

  /** Its length in bytes. */
  int length() {
    return length;
  }

  /** Whether it can be sent packed. */
  boolean isPacked() {
    return packed;
  }

  /** Its bytes, not to be changed. */
  byte[] bytes() {
    return packed ? unpack(kept, length) : kept;
  }

  /** The same packed; not to be changed, and only where {@link #isPacked}. */
  byte[] packed() {
    return kept;
  }

  /** Strong validator of a form of it, in quotes (RFC 9110 section 8.8.3). */
  String etag(boolean ofPacked) {
    return '"' + tag + (ofPacked ? "-" + PACKED : "") + '"';
  }

  /**
   * Whether whoever has said {@code ifNoneMatch} has it already (RFC 9110 section 13.1.2).
   *
   * @param ifNoneMatch the header's value, empty without one
   */
  boolean isHad(String ifNoneMatch) {
    return Arrays.stream(ifNoneMatch.split(","))
        .map(String::trim)
        .map(each -> each.startsWith("W/") ? each.substring(2) : each)
        .anyMatch(each -> each.equals("*") || each.equals(etag(false)) || each.equals(etag(true)));
  }

  private static byte[] pack(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 8);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] unpack(byte[] packed, int length) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
