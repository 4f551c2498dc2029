package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * ACS3-HMAC-SHA256, which Alibaba names V3: the parameters travel in the body, all else in headers.
 * Signed are the body's hash, the host, the content type and every {@code x-acs-} header.
 */
final class Acs3Signing implements RpcSigning {

  private static final String ALGORITHM = "ACS3-HMAC-SHA256";

  @Override
  public SignedRpc sign(
      RpcAction action,
      String host,
      RpcParameters parameters,
      AlibabaCloudCredentials account,
      Instant time,
      String nonce) {
    RpcParameters own = parameters.without(COMMON::contains);
    byte[] body = RpcForm.write(own.form());
    String query = RpcForm.text(own.query());
    SortedMap<String, String> signed = new TreeMap<>();
    signed.put("content-type", FORM);
    signed.put("host", host);
    signed.put("x-acs-action", action.action());
    signed.put("x-acs-version", action.version());
    signed.put("x-acs-date", time.truncatedTo(ChronoUnit.SECONDS).toString());
    signed.put("x-acs-signature-nonce", nonce);
    signed.put("x-acs-content-sha256", sha256(body));
    if (account instanceof BasicSessionCredentials session) {
      signed.put("x-acs-security-token", session.getSessionToken());
    }
    Map<String, String> headers = new HashMap<>(signed);
    headers.put(
        "Authorization",
        authorization("POST", query, signed, signed.get("x-acs-content-sha256"), account));
    // the client writes it, as the address has it
    headers.remove("host");
    headers.put("Content-Type", headers.remove("content-type"));
    return new SignedRpc(query, body, Map.copyOf(headers));
  }

  /** The value of the Authorization header; {@code signed} has its names in lower case. */
  static String authorization(
      String method,
      String query,
      SortedMap<String, String> signed,
      String bodyHash,
      AlibabaCloudCredentials account) {
    StringBuilder headers = new StringBuilder();
    signed.forEach(
        (name, value) -> headers.append(name).append(':').append(value.strip()).append('\n'));
    String names = String.join(";", signed.keySet());
    String canonical = String.join("\n", method, "/", query, headers, names, bodyHash);
    String toSign = ALGORITHM + "\n" + sha256(canonical.getBytes(StandardCharsets.UTF_8));
    return ALGORITHM
        + " Credential="
        + account.getAccessKeyId()
        + ",SignedHeaders="
        + names
        + ",Signature="
        + hmac(account.getAccessKeySecret(), toSign);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
    }
  }
}
