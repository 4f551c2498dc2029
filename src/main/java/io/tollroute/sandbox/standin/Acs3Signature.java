package io.tollroute.sandbox.standin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Alibaba Cloud's signature ACS3-HMAC-SHA256, written from the published rule, so that the stand-in
 * is a second opinion on what the product signs.
 */
final class Acs3Signature {

  static final String ALGORITHM = "ACS3-HMAC-SHA256";

  private final String canonicalRequest;

  private Acs3Signature(String canonicalRequest) {
    this.canonicalRequest = canonicalRequest;
  }

  /**
   * Of a request to the root.
   *
   * @param query its parameters, sorted and encoded, or nothing
   * @param headers by their names in lower case
   * @param names those that are signed, in the order in which they are told
   * @param bodyHash as {@link #sha256} gives it
   */
  static Acs3Signature of(
      String method,
      String query,
      Map<String, String> headers,
      List<String> names,
      String bodyHash) {
    StringBuilder request = new StringBuilder(method).append("\n/\n").append(query).append('\n');
    for (String name : names) {
      request.append(name).append(':').append(headers.getOrDefault(name, "").trim()).append('\n');
    }
    request.append('\n').append(String.join(";", names)).append('\n').append(bodyHash);
    return new Acs3Signature(request.toString());
  }

  String canonicalRequest() {
    return canonicalRequest;
  }

  String stringToSign() {
    return ALGORITHM + "\n" + sha256(canonicalRequest.getBytes(StandardCharsets.UTF_8));
  }

  /** The HMAC under the secret, in hexadecimal. */
  String signedWith(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(stringToSign().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
