package io.tollroute.seal;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PaymentProof;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals a kept answer (AES-256-GCM) with a key that only we and the buyer together can make again:
 * from our key, the proof's secret and the request. A signature becomes public on the chain, the
 * request does not; so neither the database nor the database and the chain together reveal an
 * answer.
 *
 * <p>The answer of a payment that its payer gave a name is sealed with a key drawn for it, and that
 * key twice: for the payment itself, and for the name, which a second payment of the same payer can
 * have as well. Whoever opens by name has to know first that he deals with the payer.
 */
public final class AnswerSeal {

  private static final int KEY_BYTES = 32;
  private static final int LOCK_BYTES = KEY_BYTES + Sealing.OVERHEAD_BYTES;

  private final SecureRandom random;
  private final Sealing sealing;
  private final Sealing named;
  private final Sealing byPayment;
  private final Sealing byName;

  /** Draws nonces and keys from {@code random}. */
  public AnswerSeal(SecureRandom random, SealKeys keys) {
    this.random = random;
    this.sealing = new Sealing(random, keys, "tollroute kept answer");
    this.named = new Sealing(random, keys, "tollroute named answer");
    this.byPayment = new Sealing(random, keys, "tollroute named answer by payment");
    this.byName = new Sealing(random, keys, "tollroute named answer by name");
  }

  /**
   * Seals the answer for the holder of the secret and the request.
   *
   * @param name the key of the charge, or of whatever else the answer belongs to
   */
  public byte[] seal(byte[] answer, String name, byte[] secret, byte[] request) {
    return sealing.seal(answer, name, secret, request);
  }

  /** Seals the answer that the proof pays for, for its holder and for whoever has its name. */
  public byte[] seal(byte[] answer, String chargeKey, PaymentProof proof, byte[] request) {
    Optional<byte[]> name = name(proof);
    if (name.isEmpty()) {
      return seal(answer, chargeKey, proof.secret(), request);
    }
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    byte[] sealed = named.seal(answer, chargeKey, key);
    return ByteBuffer.allocate(2 * LOCK_BYTES + sealed.length)
        .put(byPayment.seal(key, chargeKey, proof.secret(), request))
        .put(byName.seal(key, chargeKey, name.get(), request))
        .put(sealed)
        .array();
  }

  /**
   * Opens a kept answer.
   *
   * @throws Refusal {@code payment_used} when secret and request are not those it was sealed with
   */
  public byte[] open(byte[] sealed, String name, byte[] secret, byte[] request) throws Refusal {
    return sealing
        .open(sealed, name, secret, request)
        .or(() -> open(sealed, 0, byPayment, name, secret, request))
        .orElseThrow(() -> Refusal.of("payment_used"));
  }

  /**
   * Opens the answer of another payment with the same name, whose payer the proof was seen to be
   * of.
   *
   * @throws Refusal {@code payment_identifier_used} when it was not sealed for that name
   */
  public byte[] openNamed(byte[] sealed, String chargeKey, PaymentProof proof, byte[] request)
      throws Refusal {
    return openByName(sealed, chargeKey, proof, request)
        .orElseThrow(() -> Refusal.of("payment_identifier_used"));
  }

  /** Whether the answer opens for the proof by its name, and was made for another of that name. */
  public boolean isOfAnother(byte[] sealed, PaymentProof proof, byte[] request) {
    return name(proof).isPresent()
        && sealing.open(sealed, proof.key(), proof.secret(), request).isEmpty()
        && open(sealed, 0, byPayment, proof.key(), proof.secret(), request).isEmpty()
        && openByName(sealed, proof.key(), proof, request).isPresent();
  }

  private Optional<byte[]> openByName(
      byte[] sealed, String chargeKey, PaymentProof proof, byte[] request) {
    return name(proof).flatMap(name -> open(sealed, LOCK_BYTES, byName, chargeKey, name, request));
  }

  private Optional<byte[]> open(
      byte[] sealed, int from, Sealing lock, String chargeKey, byte[] secret, byte[] request) {
    if (sealed.length <= 2 * LOCK_BYTES) {
      return Optional.empty();
    }
    byte[] rest = Arrays.copyOfRange(sealed, 2 * LOCK_BYTES, sealed.length);
    return lock.open(
            Arrays.copyOfRange(sealed, from, from + LOCK_BYTES), chargeKey, secret, request)
        .flatMap(key -> named.open(rest, chargeKey, key));
  }

  /** A token is the same for each of its calls, so its name opens nothing that it does not. */
  private static Optional<byte[]> name(PaymentProof proof) {
    return proof.prepaid().isPresent()
        ? Optional.empty()
        : proof.identifier().map(name -> name.getBytes(StandardCharsets.UTF_8));
  }
}
