package io.tollroute.sandbox.standin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Alibaba Cloud's RPC signature, version 1.0 (HMAC-SHA1), written from the published rule and not
 * with Alibaba's SDK, so that the stand-in is a second opinion on what the product signs.
 */
final class RpcSignature {

  private static final String UNRESERVED = "-_.~";

  private final String stringToSign;

  private RpcSignature(String stringToSign) {
    this.stringToSign = stringToSign;
  }

  /** Of a request with these query and form parameters; {@code Signature} itself is left out. */
  static RpcSignature of(String method, Map<String, String> parameters) {
    SortedMap<String, String> signed = new TreeMap<>(parameters);
    signed.remove("Signature");
    StringBuilder canonical = new StringBuilder();
    signed.forEach(
        (name, value) -> {
          if (!canonical.isEmpty()) {
            canonical.append('&');
          }
          canonical.append(percentEncode(name)).append('=').append(percentEncode(value));
        });
    return new RpcSignature(method + "&%2F&" + percentEncode(canonical.toString()));
  }

  String stringToSign() {
    return stringToSign;
  }

  /** Base64 of the HMAC under the secret. */
  String signedWith(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec((secret + "&").getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(stringToSign.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /** RFC 3986 over UTF-8: only letters, digits and {@code - _ . ~} stay bare. */
  static String percentEncode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean bare =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      if (bare) {
        encoded.append(c);
      } else {
        encoded.append(String.format("%%%02X", octet & 0xff));
      }
    }
    return encoded.toString();
  }
}
