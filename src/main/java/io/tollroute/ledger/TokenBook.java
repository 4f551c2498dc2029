package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * The book of payments: tokens that were sold. Each method is one durable transition. All throw
 * {@code ledger_unavailable} when the book cannot be read or written in time.
 */
public interface TokenBook {

  /**
   * A creation that its buyer gave a key, so that sending it again creates nothing more.
   *
   * @param key hash of the Idempotency-Key
   * @param fingerprint hash of the request
   * @param sealedAnswer the answer, sealed with the key
   * @param keepUntil seconds since the epoch up to which the answer is kept
   */
  record Named(String key, String fingerprint, byte[] sealedAnswer, long keepUntil) {}

  /**
   * Creates a payment.
   *
   * @return the sealed answer of an earlier creation of the same name, or empty when this one was
   *     made
   * @throws Refusal {@code idempotency_key_used} when the name belongs to another request, {@code
   *     answer_expired} when it is the same and its answer is no longer kept
   */
  Optional<byte[]> create(NewToken payment, Optional<Named> named) throws Refusal;

  /**
   * Gives calls for nothing, once for each token: a payment that needs none, good until {@code
   * expiresAt}. Where there are only so many places, the first takes that nobody has.
   *
   * @param places ids, of which one becomes that of the allowance when it is given
   * @return the allowance of that token as it stands; empty when there is no place left
   */
  Optional<PrepaidToken> allow(NewToken allowance, List<String> places) throws Refusal;

  /** The payment of an id. */
  Optional<PrepaidToken> find(String id) throws Refusal;

  /**
   * Gives the payer of a charge without an answer a paid token instead; asked again before it is
   * used, another token in its place.
   *
   * @param chargeKey the proof key of the charge
   * @param credit the payment to create; service, price and calls are taken from the charge
   * @throws Refusal {@code unknown_credit} when nothing is owed
   */
  PrepaidToken credit(String chargeKey, NewToken credit) throws Refusal;
}
