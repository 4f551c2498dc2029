package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.security.SecureRandom;

/**
 * Seals a kept answer (AES-256-GCM) with a key that only we and the buyer together can make again:
 * from our key, the proof's secret and the request. A signature becomes public on the chain, the
 * request does not; so neither the database nor the database and the chain together reveal an
 * answer.
 */
public final class AnswerSeal {

  private final Sealing sealing;

  /** Draws nonces from {@code random}. */
  public AnswerSeal(SecureRandom random, SealKeys keys) {
    this.sealing = new Sealing(random, keys, "tollroute kept answer");
  }

  /**
   * Seals the answer for the holder of the secret and the request.
   *
   * @param name the key of the charge, or of whatever else the answer belongs to
   */
  public byte[] seal(byte[] answer, String name, byte[] secret, byte[] request) {
    return sealing.seal(answer, name, secret, request);
  }

  /**
   * Opens a kept answer.
   *
   * @throws Refusal {@code payment_used} when secret and request are not those it was sealed with
   */
  public byte[] open(byte[] sealed, String name, byte[] secret, byte[] request) throws Refusal {
    return sealing
        .open(sealed, name, secret, request)
        .orElseThrow(() -> Refusal.of("payment_used"));
  }
}
