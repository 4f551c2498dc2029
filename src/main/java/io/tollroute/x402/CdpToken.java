package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The JSON Web Token that Coinbase's facilitator wants, made anew for every request (CDP API key
 * authentication v2). The secret is base64 of an Ed25519 seed and public key, or a PEM of an EC
 * key.
 */
final class CdpToken {

  private static final long LIFE_SECONDS = 120;
  private static final int P256_BITS = 256;

  private final SecureRandom random = new SecureRandom();
  private final String keyId;
  private final Clock clock;
  private final PrivateKey key;
  private final boolean edwards;

  /** Throws IllegalArgumentException when the secret is neither form. */
  CdpToken(String keyId, String secret, Clock clock) {
    this.keyId = keyId;
    this.clock = clock;
    this.edwards = isEdwards(secret);
    this.key = key(secret);
  }

  private static boolean isEdwards(String secret) {
    return !secret.contains("-----BEGIN");
  }

  private static PrivateKey key(String secret) {
    try {
      return isEdwards(secret) ? edwardsKey(secret) : ellipticKey(secret);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the CDP key secret is not a readable key", e);
    }
  }

  private static PrivateKey edwardsKey(String secret) throws GeneralSecurityException {
    byte[] seedAndPublic = Base64.getDecoder().decode(secret.replaceAll("\\s", ""));
    if (seedAndPublic.length != 64) {
      throw new IllegalArgumentException("the CDP key secret is not 64 bytes in base64");
    }
    return KeyFactory.getInstance("Ed25519")
        .generatePrivate(
            new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(seedAndPublic, 32)));
  }

  private static PrivateKey ellipticKey(String pem) throws GeneralSecurityException {
    String base64 =
        pem.replace("\\r", "").replace("\\n", "\n").replaceAll("-----[A-Z ]+-----|\\s", "");
    byte[] encoded = Base64.getDecoder().decode(base64);
    // Coinbase hands out SEC 1 ("EC PRIVATE KEY"), which the JDK does not read
    byte[] pkcs8 = pem.contains("BEGIN EC PRIVATE KEY") ? pkcs8(encoded) : encoded;
    PrivateKey found = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    if (((ECKey) found).getParams().getOrder().bitLength() != P256_BITS) {
      throw new IllegalArgumentException("the CDP key is not one of the curve P-256");
    }
    return found;
  }

  private static byte[] pkcs8(byte[] sec1) throws GeneralSecurityException {
    try {
      ECPrivateKey inner = ECPrivateKey.getInstance(sec1);
      ASN1Encodable curve =
          inner.getParametersObject() == null
              ? SECObjectIdentifiers.secp256r1
              : inner.getParametersObject();
      return new PrivateKeyInfo(
              new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), inner)
          .getEncoded();
    } catch (IOException | ClassCastException | IllegalStateException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** Signs a token bound to {@code uri}: method, space, host and path. */
  String sign(String uri) {
    long now = clock.instant().getEpochSecond();
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    header.put("alg", edwards ? "EdDSA" : "ES256").put("kid", keyId).put("typ", "JWT");
    header.put("nonce", HexFormat.of().formatHex(nonce));
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    claims.put("sub", keyId).put("iss", "cdp").putArray("aud").add("cdp_service");
    claims.putArray("uris").add(uri);
    claims.put("iat", now).put("nbf", now).put("exp", now + LIFE_SECONDS);
    String content = encode(header.toString()) + "." + encode(claims.toString());
    try {
      Signature signature =
          Signature.getInstance(edwards ? "Ed25519" : "SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing for the facilitator", e);
    }
  }

  private static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
