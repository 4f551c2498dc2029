package io.tollroute.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.sql.TestProof;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AnswerSealTest {

  private static final byte[] ANSWER = bytes("{\"Similarity\":97.25}");
  private static final byte[] REQUEST = bytes("{\"ImageURLA\":\"https://a.example/a.jpg\"}");
  private static final PaymentProof PROOF = TestProof.of("x402:chain:token:payer:nonce", 0);

  private static final SealKeys KEYS = SealKeys.of("a2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMgbG9uZy4=");

  private final AnswerSeal seal = new AnswerSeal(new SecureRandom(), KEYS);

  @Test
  @DisplayName("the same proof and request open the answer")
  void opens() throws Refusal {
    assertThat(
            seal.open(
                seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST),
                PROOF.key(),
                PROOF.secret(),
                REQUEST))
        .isEqualTo(ANSWER);
    assertThat(
            seal.open(
                seal.seal(new byte[0], PROOF.key(), PROOF.secret(), REQUEST),
                PROOF.key(),
                PROOF.secret(),
                REQUEST))
        .isEmpty();
  }

  @Test
  @DisplayName("another instance opens it: the key is in nobody's memory")
  void opensAfterARestart() throws Refusal {
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);

    assertThat(
            new AnswerSeal(new SecureRandom(), KEYS)
                .open(sealed, PROOF.key(), PROOF.secret(), REQUEST))
        .isEqualTo(ANSWER);
  }

  @Test
  @DisplayName("another signature of the same payment does not open it")
  void otherSecret() {
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);

    assertShut(sealed, TestProof.of(PROOF.key(), 0).withSecret(bytes("guessed")), REQUEST);
    assertShut(sealed, TestProof.of(PROOF.key(), 0).withSecret(new byte[0]), REQUEST);
  }

  @Test
  @DisplayName("the same signature under another key does not open it")
  void otherKey() {
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);

    assertShut(
        sealed,
        TestProof.of("x402:chain:token:payer:other", 0).withSecret(PROOF.secret()),
        REQUEST);
  }

  @Test
  @DisplayName("another request does not open it, though the signature is public on the chain")
  void otherRequest() {
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);

    assertShut(sealed, PROOF, bytes("{\"ImageURLA\":\"https://a.example/b.jpg\"}"));
    assertShut(sealed, PROOF, new byte[0]);
  }

  @Test
  @DisplayName("what ends the signature and what begins the request cannot change places")
  void boundary() {
    TestProof proof = TestProof.of("key", 0);
    byte[] sealed = seal.seal(ANSWER, proof.key(), bytes("ab"), bytes("cd"));

    assertShut(sealed, proof.withSecret(bytes("abc")), bytes("d"));
    assertShut(sealed, proof.withSecret(bytes("a")), bytes("bcd"));
    assertShut(sealed, proof.withSecret(bytes("abcd")), bytes(""));
  }

  @Test
  @DisplayName("an answer with one bit changed anywhere does not open")
  void bitFlips() {
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertShut(flipped, PROOF, REQUEST);
    }
  }

  @Test
  @DisplayName("an answer cut anywhere does not open")
  void cut() {
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);
    for (int length = 0; length < sealed.length; length++) {
      assertShut(java.util.Arrays.copyOf(sealed, length), PROOF, REQUEST);
    }
  }

  @Test
  @DisplayName("the sealed answer shows nothing, and no two seals are alike")
  void showsNothing() {
    byte[] once = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);
    byte[] again = seal.seal(ANSWER, PROOF.key(), PROOF.secret(), REQUEST);

    assertThat(once).isNotEqualTo(again);
    assertThat(new String(once, StandardCharsets.ISO_8859_1)).doesNotContain("Similarity");
  }

  @Test
  @DisplayName("a payment with a name is opened by its own signature, or by name for its payer")
  void named() throws Refusal {
    TestProof first = TestProof.of(PROOF.key(), 0).named("payer:a-key-of-16-chars");
    TestProof fresh =
        TestProof.of("x402:chain:token:payer:fresh", 0).named("payer:a-key-of-16-chars");
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), first, REQUEST);

    assertThat(seal.open(sealed, PROOF.key(), PROOF.secret(), REQUEST)).isEqualTo(ANSWER);
    assertThat(seal.openNamed(sealed, PROOF.key(), fresh, REQUEST)).isEqualTo(ANSWER);
    assertThat(
            new AnswerSeal(new SecureRandom(), KEYS).openNamed(sealed, PROOF.key(), fresh, REQUEST))
        .isEqualTo(ANSWER);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("Similarity");
  }

  @Test
  @DisplayName("another name, request, charge or key of ours opens nothing by name")
  void otherName() {
    TestProof first = TestProof.of(PROOF.key(), 0).named("payer:a-key-of-16-chars");
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), first, REQUEST);
    AnswerSeal stranger =
        new AnswerSeal(
            new SecureRandom(), SealKeys.of("YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzLCAzMiBieXQ="));

    assertNameless(seal, sealed, PROOF.key(), first.named("payer:b-key-of-16-chars"), REQUEST);
    assertNameless(seal, sealed, PROOF.key(), first.named("other:a-key-of-16-chars"), REQUEST);
    assertNameless(seal, sealed, PROOF.key(), first, bytes("{}"));
    assertNameless(seal, sealed, "x402:chain:token:payer:other", first, REQUEST);
    assertNameless(stranger, sealed, PROOF.key(), first, REQUEST);
    assertNameless(seal, sealed, PROOF.key(), TestProof.of(PROOF.key(), 0), REQUEST);
  }

  @Test
  @DisplayName("a name shown as signature opens nothing, nor does a name where none was given")
  void notTheOtherDoor() {
    byte[] name = bytes("payer:a-key-of-16-chars");
    TestProof first = TestProof.of(PROOF.key(), 0).named("payer:a-key-of-16-chars");
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), first, REQUEST);
    byte[] nameless = seal.seal(ANSWER, PROOF.key(), PROOF, REQUEST);

    assertShut(sealed, first.withSecret(name), REQUEST);
    assertNameless(seal, nameless, PROOF.key(), first, REQUEST);
  }

  @Test
  @DisplayName("an answer with a name that was changed or cut anywhere does not open")
  void namedAndDamaged() throws Refusal {
    TestProof first = TestProof.of(PROOF.key(), 0).named("payer:a-key-of-16-chars");
    byte[] sealed = seal.seal(ANSWER, PROOF.key(), first, REQUEST);
    for (int i = 0; i < sealed.length; i++) {
      byte[] damaged = sealed.clone();
      damaged[i] ^= 1;
      boolean ofTheOther = i >= 60 && i < 120;
      if (ofTheOther) {
        assertThat(seal.open(damaged, PROOF.key(), PROOF.secret(), REQUEST)).isEqualTo(ANSWER);
        assertNameless(seal, damaged, PROOF.key(), first, REQUEST);
      } else {
        assertShut(damaged, PROOF, REQUEST);
      }
      assertShut(Arrays.copyOf(sealed, i), PROOF, REQUEST);
      assertNameless(seal, Arrays.copyOf(sealed, i), PROOF.key(), first, REQUEST);
    }
  }

  private static void assertNameless(
      AnswerSeal by, byte[] sealed, String key, PaymentProof proof, byte[] request) {
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> by.openNamed(sealed, key, proof, request));
    assertThat(refusal).isNotNull();
    assertThat(refusal.word()).isEqualTo("payment_identifier_used");
  }

  private void assertShut(byte[] sealed, PaymentProof proof, byte[] request) {
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> seal.open(sealed, proof.key(), proof.secret(), request));
    assertThat(refusal).isNotNull();
    assertThat(refusal.word()).isEqualTo("payment_used");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
