package io.tollroute.ledger.sql;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PaymentProof;
import java.util.Optional;

/** A proof of payment that says what a test wants it to say. */
public record TestProof(
    String key,
    byte[] secret,
    Optional<String> identifier,
    long validUntil,
    Optional<Refusal> objection,
    Optional<String> amount,
    Optional<String> receiver)
    implements PaymentProof {

  public static TestProof of(String key, long validUntil) {
    return new TestProof(
        key,
        ("secret of " + key).getBytes(),
        Optional.empty(),
        validUntil,
        Optional.empty(),
        Optional.of("200000"),
        Optional.of("the seller"));
  }

  public TestProof named(String identifier) {
    return new TestProof(
        key, secret, Optional.of(identifier), validUntil, objection, amount, receiver);
  }

  TestProof objecting(String reason) {
    Refusal refusal = Refusal.of("payment_refused").because(reason);
    return new TestProof(
        key, secret, identifier, validUntil, Optional.of(refusal), amount, receiver);
  }

  /** The same key, signed for something else. */
  TestProof moving(String otherAmount, String otherReceiver) {
    return new TestProof(
        key,
        secret,
        identifier,
        validUntil,
        objection,
        Optional.of(otherAmount),
        Optional.of(otherReceiver));
  }

  public TestProof withSecret(byte[] other) {
    return new TestProof(key, other, identifier, validUntil, objection, amount, receiver);
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
  public byte[] settlement() {
    return ("settlement of " + key).getBytes();
  }

  @Override
  public PaymentProof identifiedBy(String idempotencyKey) {
    return named(idempotencyKey);
  }
}
