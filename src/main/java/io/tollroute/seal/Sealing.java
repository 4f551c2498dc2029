package io.tollroute.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** AES-256-GCM with keys that HKDF derives from our key and from what only the buyer knows. */
final class Sealing {

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /** By how much what is sealed is longer. */
  static final int OVERHEAD_BYTES = NONCE_BYTES + TAG_BITS / 8;

  private final SecureRandom random;
  private final SealKeys keys;
  private final byte[] purpose;

  /** {@code purpose} keeps what is sealed for one thing from being opened as another. */
  Sealing(SecureRandom random, SealKeys keys, String purpose) {
    this.random = random;
    this.keys = keys;
    this.purpose = purpose.getBytes(StandardCharsets.US_ASCII);
  }

  byte[] seal(byte[] plain, String name, byte[]... secrets) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, name, key(keys.first(), name, secrets)).doFinal(plain);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /** What was sealed under this name with these secrets and one of our keys. */
  Optional<byte[]> open(byte[] sealed, String name, byte[]... secrets) {
    if (sealed.length < OVERHEAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(sealed);
    byte[] nonce = new byte[NONCE_BYTES];
    in.get(nonce);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return keys.all().stream()
        .map(own -> open(nonce, rest, name, key(own, name, secrets)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<byte[]> open(byte[] nonce, byte[] rest, String name, byte[] key) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, nonce, name, key).doFinal(rest));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  private byte[] key(byte[] own, String name, byte[]... secrets) {
    int length = own.length;
    for (byte[] secret : secrets) {
      length += Integer.BYTES + secret.length;
    }
    ByteBuffer input = ByteBuffer.allocate(length).put(own);
    for (byte[] secret : secrets) {
      // the length, so that no byte can pass from the one to the other
      input.putInt(secret.length).put(secret);
    }
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(input.array(), name.getBytes(StandardCharsets.UTF_8), purpose));
    byte[] key = new byte[32];
    hkdf.generateBytes(key, 0, key.length);
    return key;
  }

  private static Cipher cipher(int mode, byte[] nonce, String name, byte[] key)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
