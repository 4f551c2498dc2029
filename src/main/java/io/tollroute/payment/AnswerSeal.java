package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Seals a kept answer (AES-256-GCM) with a key that only the buyer can make again: from the proof
 * and the request. A signature becomes public on the chain, the request does not; so neither the
 * database nor the database and the chain together reveal an answer.
 */
public final class AnswerSeal {

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random;

  /** Draws nonces from {@code random}. */
  public AnswerSeal(SecureRandom random) {
    this.random = random;
  }

  /** Seals the answer for the holder of the proof and the request. */
  public byte[] seal(byte[] answer, Proof proof, byte[] request) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, proof, request).doFinal(answer);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /**
   * Opens a kept answer.
   *
   * @throws Refusal {@code payment_used} when proof and request are not those it was sealed with
   */
  public byte[] open(byte[] sealed, Proof proof, byte[] request) throws Refusal {
    if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
      throw Refusal.of("payment_used");
    }
    ByteBuffer in = ByteBuffer.wrap(sealed);
    byte[] nonce = new byte[NONCE_BYTES];
    in.get(nonce);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, proof, request).doFinal(rest);
    } catch (GeneralSecurityException e) {
      throw Refusal.of("payment_used").causedBy(e);
    }
  }

  private static Cipher cipher(int mode, byte[] nonce, Proof proof, byte[] request)
      throws GeneralSecurityException {
    byte[] aad = proof.key().getBytes(StandardCharsets.UTF_8);
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    byte[] input =
        ByteBuffer.allocate(Integer.BYTES + proof.secret().length + request.length)
            // so that no byte can pass from the one to the other
            .putInt(proof.secret().length)
            .put(proof.secret())
            .put(request)
            .array();
    hkdf.init(
        new HKDFParameters(
            input, aad, "tollroute kept answer".getBytes(StandardCharsets.US_ASCII)));
    byte[] key = new byte[32];
    hkdf.generateBytes(key, 0, key.length);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(aad);
    return cipher;
  }
}
