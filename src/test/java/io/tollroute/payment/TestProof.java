package io.tollroute.payment;

import io.tollroute.call.Refusal;
import java.util.Optional;

/** A proof of payment that says what a test wants it to say. */
record TestProof(
    String key,
    byte[] secret,
    Optional<String> identifier,
    long validUntil,
    Optional<Refusal> objection)
    implements Proof {

  static TestProof of(String key, long validUntil) {
    return new TestProof(
        key, ("secret of " + key).getBytes(), Optional.empty(), validUntil, Optional.empty());
  }

  TestProof named(String identifier) {
    return new TestProof(key, secret, Optional.of(identifier), validUntil, objection);
  }

  TestProof objecting(String reason) {
    Refusal refusal = Refusal.of("payment_refused").because(reason);
    return new TestProof(key, secret, identifier, validUntil, Optional.of(refusal));
  }

  TestProof withSecret(byte[] other) {
    return new TestProof(key, other, identifier, validUntil, objection);
  }

  @Override
  public String holder() {
    return key;
  }

  @Override
  public String method() {
    return "test";
  }

  @Override
  public Optional<String> payer() {
    return Optional.empty();
  }

  @Override
  public Optional<String> amount() {
    return Optional.of("200000");
  }

  @Override
  public byte[] settlement() {
    return ("settlement of " + key).getBytes();
  }

  @Override
  public Proof identifiedBy(String idempotencyKey) {
    return named(idempotencyKey);
  }
}
