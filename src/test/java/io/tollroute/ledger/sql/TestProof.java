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
    Optional<String> receiver,
    Optional<String> payer)
    implements PaymentProof {

  public static TestProof of(String key, long validUntil) {
    return new TestProof(
        key,
        ("secret of " + key).getBytes(),
        Optional.empty(),
        validUntil,
        Optional.empty(),
        Optional.of("200000"),
        Optional.of("the seller"),
        Optional.empty());
  }

  public TestProof named(String identifier) {
    return new TestProof(
        key, secret, Optional.of(identifier), validUntil, objection, amount, receiver, payer);
  }

  TestProof objecting(String reason) {
    Refusal refusal = Refusal.of("payment_refused").because(reason);
    return new TestProof(
        key, secret, identifier, validUntil, Optional.of(refusal), amount, receiver, payer);
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
        Optional.of(otherReceiver),
        payer);
  }

  TestProof by(String otherPayer) {
    return new TestProof(
        key, secret, identifier, validUntil, objection, amount, receiver, Optional.of(otherPayer));
  }

  public TestProof withSecret(byte[] other) {
    return new TestProof(key, other, identifier, validUntil, objection, amount, receiver, payer);
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
  public byte[] settlement() {
    return ("settlement of " + key).getBytes();
  }

  @Override
  public PaymentProof identifiedBy(String idempotencyKey) {
    return named(idempotencyKey);
  }
}
