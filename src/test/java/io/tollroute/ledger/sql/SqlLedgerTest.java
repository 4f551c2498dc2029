package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PrepaidToken;
import io.tollroute.ledger.TokenHash;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.testing.AtOnce;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
class SqlLedgerTest {

  private static final long LEASE = 60;
  private static final long VALIDITY = 300;
  private static final String RECEIPT = "{\"success\":true,\"transaction\":\"0x1\"}";
  private static final byte[] ANSWER = "sealed answer".getBytes(StandardCharsets.US_ASCII);

  @TempDir private static Path folder;

  private static final MutableClock CLOCK = new MutableClock();
  private static final AtomicInteger PAYMENTS = new AtomicInteger();
  private static LedgerPlace place;

  /** One for all tests: each has payments of its own, and the clock only moves on. */
  private static TestBook shared;

  @Parameter private LedgerPlace.Kind kind;
  private TestBook ledger;
  private TestProof proof;

  @BeforeParameterizedClassInvocation
  static void open(LedgerPlace.Kind kind) throws Exception {
    place = new LedgerPlace(kind, folder);
    shared = ledger("shared");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    shared.ledger().close();
  }

  @BeforeEach
  void newPayment() {
    ledger = shared;
    proof = payment();
  }

  @Nested
  @DisplayName("from one state to the next")
  class Transitions {

    @Test
    @DisplayName("nothing becomes CLAIMED by the first claim")
    void begins() throws Refusal {
      Claim claim = claim(proof, "a");

      assertThat(claim).isInstanceOf(Claim.Begun.class);
      assertThat(claim.charge().state()).isEqualTo(State.CLAIMED);
      assertThat(claim.charge().key()).isEqualTo(proof.key());
    }

    @Test
    @DisplayName("CLAIMED becomes RELEASED, which is free for any request")
    void claimedToReleased() throws Refusal {
      Charge first = claim(proof, "a").charge();
      ledger.ledger().release(first);

      Claim again = claim(proof, "another request");

      assertThat(again).isInstanceOf(Claim.Begun.class);
      assertThat(again.charge().fence()).isGreaterThan(first.fence());
    }

    @Test
    @DisplayName("CLAIMED becomes SETTLING by keeping the answer, SETTLING becomes SETTLED")
    void claimedToSettled() throws Refusal {
      Charge kept = keep(claim(proof, "a").charge());
      assertThat(kept.state()).isEqualTo(State.SETTLING);

      Charge settled = ledger.settled(kept, RECEIPT);

      assertThat(settled.state()).isEqualTo(State.SETTLED);
      Claim.Replayed replayed = (Claim.Replayed) claim(proof, "a");
      assertThat(replayed.sealedAnswer()).isEqualTo(ANSWER);
      assertThat(replayed.receipt()).isEqualTo(RECEIPT);
    }

    @Test
    @DisplayName("SETTLING becomes ANSWERED when nothing moved; the same request resumes")
    void settlingToAnswered() throws Refusal {
      ledger.ledger().release(keep(claim(proof, "a").charge()));

      Claim.Resumed resumed = (Claim.Resumed) claim(proof, "a");

      assertThat(resumed.sealedAnswer()).isEqualTo(ANSWER);
      assertThat(resumed.inDoubt()).isFalse();
      assertThat(resumed.charge().state()).isEqualTo(State.SETTLING);
      ledger.settled(resumed.charge(), RECEIPT);
      assertThat(claim(proof, "a")).isInstanceOf(Claim.Replayed.class);
    }

    @Test
    @DisplayName("ANSWERED becomes CLAIMED for another request, and the old answer is gone")
    void answeredToClaimed() throws Refusal {
      ledger.ledger().release(keep(claim(proof, "a").charge()));

      Claim other = claim(proof, "b");

      assertThat(other).isInstanceOf(Claim.Begun.class);
      ledger.ledger().release(other.charge());
      assertThat(claim(proof, "a")).isInstanceOf(Claim.Begun.class);
    }

    @Test
    @DisplayName("SETTLING becomes UNKNOWN; only the same request resumes, and in doubt")
    void settlingToUnknown() throws Refusal {
      ledger.ledger().unknown(keep(claim(proof, "a").charge()));

      assertWord("payment_used", () -> claim(proof, "b"));
      Claim.Resumed resumed = (Claim.Resumed) claim(proof, "a");
      assertThat(resumed.inDoubt()).isTrue();
      assertThat(resumed.sealedAnswer()).isEqualTo(ANSWER);
      ledger.settled(resumed.charge(), RECEIPT);
      assertWord("payment_used", () -> claim(proof, "b"));
    }

    @Test
    @DisplayName("a nonce that is signed again for less or for somebody else is another payment")
    void signedAgain() throws Refusal {
      TestProof less = proof.moving("1", "the seller");
      TestProof elsewhere = proof.moving("200000", "the buyer himself");
      Charge kept = keep(claim(proof, "a").charge());
      ledger.ledger().unknown(kept);
      assertWord("payment_used", () -> claim(less, "a"));
      assertWord("payment_used", () -> claim(elsewhere, "a"));

      ledger.settled(claim(proof, "a").charge(), RECEIPT);

      assertWord("payment_used", () -> claim(less, "a"));
      assertWord("payment_used", () -> claim(elsewhere, "a"));
      assertThat(claim(proof, "a")).isInstanceOf(Claim.Replayed.class);
    }

    @Test
    @DisplayName("UNKNOWN becomes ANSWERED when the chain says that nothing moved")
    void unknownToAnswered() throws Refusal {
      ledger.ledger().unknown(keep(claim(proof, "a").charge()));
      ledger.ledger().release(claim(proof, "a").charge());

      assertThat(((Claim.Resumed) claim(proof, "a")).inDoubt()).isFalse();
    }

    @Test
    @DisplayName("SETTLED stays SETTLED, whatever fails afterwards")
    void settledIsFinal() throws Refusal {
      Charge settled = ledger.settled(keep(claim(proof, "a").charge()), RECEIPT);

      ledger.ledger().release(settled);
      ledger.ledger().unknown(settled);
      assertWord("payment_in_progress", () -> keep(settled));

      assertThat(claim(proof, "a")).isInstanceOf(Claim.Replayed.class);
      assertWord("payment_used", () -> claim(proof, "b"));
    }

    @Test
    @DisplayName("what was not kept cannot be settled, what was kept cannot be kept again")
    void noShortcut() throws Refusal {
      Charge claimed = claim(proof, "a").charge();
      assertWord("payment_in_progress", () -> ledger.settled(claimed, RECEIPT));
      Charge kept = keep(claimed);
      assertWord("payment_in_progress", () -> keep(claimed));
      assertThat(ledger.settled(kept, RECEIPT).state()).isEqualTo(State.SETTLED);
    }

    @Test
    @DisplayName("nothing happens to a charge that is not there")
    void noSuchCharge() throws Refusal {
      Charge nobodys = new Charge("x402:chain:token:payer:never seen", 1, State.CLAIMED);

      assertWord("payment_in_progress", () -> keep(nobodys));
      assertWord("payment_in_progress", () -> ledger.settled(nobodys, RECEIPT));
      ledger.ledger().release(nobodys);
      ledger.ledger().unknown(nobodys);
      assertThat(claim(TestProof.of(nobodys.key(), now() + VALIDITY), "a"))
          .isInstanceOf(Claim.Begun.class);
    }
  }

  @Nested
  @DisplayName("money that had come before the call")
  class ComeBefore {

    @Test
    @DisplayName("CLAIMED becomes REFUND_DUE, for every request and for good")
    void owed() throws Refusal {
      Charge claimed = claim(proof, "a").charge();

      Charge owed = ledger.ledger().refundDue(claimed, RECEIPT, Optional.empty());

      assertThat(owed.state()).isEqualTo(State.REFUND_DUE);
      ledger.ledger().release(claimed);
      assertWord("payment_in_progress", () -> keep(claimed));
      assertWord("refund_due", () -> claim(proof, "a"));
      assertWord("refund_due", () -> claim(proof, "b"));
    }

    @Test
    @DisplayName("whose claim was taken over cannot say so any more")
    void tooLate() throws Refusal {
      Charge paused = claim(proof, "a").charge();
      CLOCK.advance(Duration.ofSeconds(LEASE));
      Charge later = claim(proof, "a").charge();

      assertWord(
          "payment_in_progress",
          () -> ledger.ledger().refundDue(paused, RECEIPT, Optional.of(sold())));

      assertThat(ledger.settled(keep(later), RECEIPT).state()).isEqualTo(State.SETTLED);
    }

    @Test
    @DisplayName("a charge that has an answer is not owed back but settled")
    void answered() throws Refusal {
      Charge kept = keep(claim(proof, "a").charge());

      assertWord(
          "payment_in_progress", () -> ledger.ledger().refundDue(kept, RECEIPT, Optional.empty()));

      assertThat(ledger.settled(kept, RECEIPT).state()).isEqualTo(State.SETTLED);
    }

    @Test
    @DisplayName("what was to be sold is owed with its calls, as one credit")
    void calls() throws Refusal {
      NewToken sold = sold();
      ledger.ledger().refundDue(claim(proof, "a").charge(), RECEIPT, Optional.of(sold));

      PrepaidToken credit = ledger.tokens().credit(proof.key(), named("credit-" + proof.key()));
      PrepaidToken again = ledger.tokens().credit(proof.key(), named("again-" + proof.key()));

      assertThat(credit.calls()).isEqualTo(3);
      assertThat(credit.service()).isEqualTo(sold.service());
      assertThat(credit.state()).isEqualTo(PrepaidToken.State.PAID);
      assertThat(again.id()).as("one credit, another token").isEqualTo(credit.id());
      assertThat(ledger.tokens().find(sold.id()).orElseThrow().state())
          .isEqualTo(PrepaidToken.State.PENDING);
      assertWord("credited", () -> claim(proof, "a"));
    }

    @Test
    @DisplayName("the order that it was to pay is not paid by another one")
    void order() throws Refusal {
      NewToken order = sold();
      ledger.tokens().create(order, Optional.empty());
      ChargeTerms terms = new ChargeTerms(600_000, "USD", false, Optional.of(order.id()), 0);
      Charge claimed = ledger.claim(proof, "a", terms).charge();
      Refusal meanwhile = refusal(() -> ledger.claim(payment(), "a", terms));
      assertThat(meanwhile.word()).isEqualTo("payment_not_payable");
      assertThat(meanwhile.reason()).contains("payment_being_paid");

      ledger.ledger().refundDue(claimed, RECEIPT, Optional.empty());

      Refusal other = refusal(() -> ledger.claim(payment(), "a", terms));
      assertThat(other.word()).isEqualTo("payment_not_payable");
      assertThat(other.reason()).contains("payment_refund_due");
    }

    private NewToken sold() {
      return named("sold-" + proof.key());
    }

    private NewToken named(String name) {
      TokenHash hash = TokenHash.of(name);
      return new NewToken(
          "pay_" + hash.hex().substring(0, 24),
          hash,
          "service",
          200_000,
          "USD",
          3,
          Optional.empty(),
          "x402",
          Optional.empty(),
          CLOCK.instant().getEpochSecond() + 3600);
    }
  }

  @Nested
  @DisplayName("while a call holds the payment")
  class Held {

    @Test
    @DisplayName(
        "a copy has to wait, and so has another request: of whom the first is nobody knows")
    void claimed() throws Refusal {
      claim(proof, "a");

      assertWord("payment_in_progress", () -> claim(proof, "a"));
      assertWord("payment_in_progress", () -> claim(proof, "b"));
    }

    @Test
    @DisplayName("the same while it is being settled, and while it is settled again")
    void settling() throws Refusal {
      Charge kept = keep(claim(proof, "a").charge());
      assertWord("payment_in_progress", () -> claim(proof, "a"));
      assertWord("payment_used", () -> claim(proof, "b"));

      ledger.ledger().unknown(kept);
      claim(proof, "a");
      assertWord("payment_in_progress", () -> claim(proof, "a"));
    }

    @Test
    @DisplayName("of 50 copies at once one wins, and the others are told to wait")
    void fiftyCopies() throws Exception {
      List<String> outcomes = atOnce(50, () -> outcome(proof, "a"));

      assertThat(outcomes).filteredOn("begun"::equals).hasSize(1);
      assertThat(outcomes).filteredOn("payment_in_progress"::equals).hasSize(49);
    }

    @Test
    @DisplayName("of 50 copies that resume at once one wins")
    void fiftyResumes() throws Exception {
      ledger.ledger().unknown(keep(claim(proof, "a").charge()));

      List<String> outcomes = atOnce(50, () -> outcome(proof, "a"));

      assertThat(outcomes).filteredOn("resumed"::equals).hasSize(1);
      assertThat(outcomes).filteredOn("payment_in_progress"::equals).hasSize(49);
    }

    @Test
    @DisplayName("50 different payments at once are 50 claims")
    void fiftyPayments() throws Exception {
      List<Callable<String>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        TestProof own = payment();
        calls.add(() -> outcome(own, "a"));
      }

      assertThat(AtOnce.run(calls, 20)).hasSize(50).containsOnly("begun");
    }
  }

  @Nested
  @DisplayName("when the lease of a claim has ended")
  class Leases {

    @Test
    @DisplayName("up to its end the claim is held, afterwards the next call works anew")
    void takenOver() throws Refusal {
      Charge first = claim(proof, "a").charge();
      CLOCK.advance(Duration.ofSeconds(LEASE - 1));
      assertWord("payment_in_progress", () -> claim(proof, "a"));
      CLOCK.advance(Duration.ofSeconds(1));

      Claim second = claim(proof, "a");

      assertThat(second).isInstanceOf(Claim.Begun.class);
      assertThat(second.charge().fence()).isGreaterThan(first.fence());
    }

    @Test
    @DisplayName("the first owner wakes up and can neither keep nor settle nor release")
    void pausedWorker() throws Refusal {
      Charge paused = claim(proof, "a").charge();
      CLOCK.advance(Duration.ofSeconds(LEASE));
      Charge second = claim(proof, "a").charge();

      assertWord("payment_in_progress", () -> keep(paused));
      assertWord("payment_in_progress", () -> ledger.settled(paused, RECEIPT));
      ledger.ledger().release(paused);
      ledger.ledger().unknown(paused);

      assertWord("payment_in_progress", () -> claim(proof, "a"));
      assertThat(ledger.settled(keep(second), RECEIPT).state()).isEqualTo(State.SETTLED);
    }

    @Test
    @DisplayName("an owner paused while settling is succeeded in doubt, and may not record")
    void pausedSettler() throws Refusal {
      Charge paused = keep(claim(proof, "a").charge());
      CLOCK.advance(Duration.ofSeconds(LEASE));
      Claim.Resumed second = (Claim.Resumed) claim(proof, "a");

      assertThat(second.inDoubt()).isTrue();
      assertThat(second.sealedAnswer()).isEqualTo(ANSWER);
      assertWord("payment_in_progress", () -> ledger.settled(paused, "{\"false\":1}"));
      ledger.ledger().release(paused);
      ledger.ledger().unknown(paused);
      assertWord("payment_in_progress", () -> claim(proof, "a"));
      ledger.settled(second.charge(), RECEIPT);
      assertThat(((Claim.Replayed) claim(proof, "a")).receipt()).isEqualTo(RECEIPT);
    }

    @Test
    @DisplayName("a settlement that a crash cut off is never free for another request")
    void crashWhileSettling() throws Refusal {
      keep(claim(proof, "a").charge());
      CLOCK.advance(Duration.ofDays(365));

      assertWord("payment_used", () -> claim(proof, "b"));
      assertThat(((Claim.Resumed) claim(proof, "a")).inDoubt()).isTrue();
    }

    @Test
    @DisplayName("work that a crash cut off may be done again, for another request too")
    void crashWhileWorking() throws Refusal {
      claim(proof, "a");
      CLOCK.advance(Duration.ofSeconds(LEASE));

      assertThat(claim(proof, "b")).isInstanceOf(Claim.Begun.class);
    }
  }

  @Nested
  @DisplayName("a payment that can begin nothing any more")
  class Objections {

    @Test
    @DisplayName("begins nothing and leaves nothing behind")
    void beginsNothing() throws Refusal {
      Refusal refusal = refusal(() -> claim(proof.objecting("expired"), "a"));
      assertThat(refusal.word()).isEqualTo("payment_refused");
      assertThat(refusal.reason()).contains("expired");

      assertThat(claim(proof, "b")).isInstanceOf(Claim.Begun.class);
    }

    @Test
    @DisplayName("begins nothing again after a release or a lost lease")
    void beginsNothingAgain() throws Refusal {
      ledger.ledger().release(claim(proof, "a").charge());
      assertWord("payment_refused", () -> claim(proof.objecting("expired"), "a"));

      claim(proof, "a");
      CLOCK.advance(Duration.ofSeconds(LEASE));
      assertWord("payment_refused", () -> claim(proof.objecting("expired"), "a"));
    }

    @Test
    @DisplayName("still resumes and replays what it had begun before")
    void endsWhatItBegan() throws Refusal {
      ledger.ledger().unknown(keep(claim(proof, "a").charge()));
      TestProof late = proof.objecting("expired");

      Claim resumed = claim(late, "a");
      assertThat(resumed).isInstanceOf(Claim.Resumed.class);
      ledger.settled(resumed.charge(), RECEIPT);
      assertThat(claim(late, "a")).isInstanceOf(Claim.Replayed.class);
    }

    @Test
    @DisplayName("for another request it is refused even though the payment was not charged")
    void notForAnother() throws Refusal {
      ledger.ledger().release(keep(claim(proof, "a").charge()));

      assertWord("payment_refused", () -> claim(proof.objecting("expired"), "b"));
    }
  }

  @Nested
  @DisplayName("payment identifiers")
  class Identifiers {

    private final String identifier = "payer:order_" + PAYMENTS.incrementAndGet();
    private final TestProof first = payment().named(identifier);
    private final TestProof second = payment().named(identifier);

    @Test
    @DisplayName("the same identifier with another payment waits while it is used, then is known")
    void otherPayment() throws Refusal {
      Charge held = claim(first, "a").charge();
      assertWord("payment_in_progress", () -> claim(second, "a"));
      Charge kept = keep(held);
      assertWord("payment_in_progress", () -> claim(second, "a"));
      ledger.ledger().unknown(kept);
      assertWord("settlement_unknown", () -> claim(second, "a"));
      Charge resumed = claim(first, "a").charge();
      assertWord("payment_in_progress", () -> claim(second, "a"));
      ledger.settled(resumed, RECEIPT);

      assertThat(claim(second, "a")).isInstanceOf(Claim.PaidBefore.class);
      Claim.Replayed known = (Claim.Replayed) ledger.claimRecognized(second, "a");
      assertThat(known.charge().key()).isEqualTo(first.key());
      assertThat(known.sealedAnswer()).isEqualTo(ANSWER);
      assertThat(known.receipt()).isEqualTo(RECEIPT);
    }

    @Test
    @DisplayName(
        "the same identifier with another payment and request, or amount, waits for what comes of"
            + " the first, and is refused then")
    void otherRequest() throws Refusal {
      Charge held = claim(first, "a").charge();
      assertWord("payment_in_progress", () -> claim(second, "b"));
      assertWord("payment_in_progress", () -> claim(second.moving("500000", "the seller"), "a"));
      ledger.settled(keep(held), RECEIPT);

      assertWord("payment_identifier_used", () -> claim(second, "b"));
      assertWord(
          "payment_identifier_used", () -> claim(second.moving("500000", "the seller"), "a"));
      assertWord("payment_identifier_used", () -> ledger.claimRecognized(second, "b"));
      assertWord(
          "payment_identifier_used",
          () -> ledger.claimRecognized(second.moving("500000", "the seller"), "a"));
    }

    @Test
    @DisplayName("what is paid under an identifier and not answered is owed to the known payer")
    void owed() throws Refusal {
      ChargeTerms upfront = new ChargeTerms(200_000, "USD", true, Optional.empty(), 0);
      Charge paid = ledger.settled(ledger.claim(first, "a", upfront).charge(), RECEIPT);
      assertWord("payment_in_progress", () -> claim(second, "a"));
      ledger.ledger().release(paid);

      assertThat(claim(second, "a")).isInstanceOf(Claim.PaidBefore.class);
      Claim.Owed owed = (Claim.Owed) ledger.claimRecognized(second, "a");
      assertThat(owed.charge().key()).isEqualTo(first.key());
      assertThat(owed.receipt()).isEqualTo(RECEIPT);
      assertThat(keep(owed.charge()).state()).isEqualTo(State.SETTLED);
      assertWord("payment_in_progress", () -> keep(paid));
    }

    @Test
    @DisplayName("an identifier of a claim that died is free, and its owner has lost it")
    void died() throws Refusal {
      Charge dead = claim(first, "a").charge();
      CLOCK.advance(Duration.ofSeconds(LEASE + 1));

      assertThat(claim(second, "a")).isInstanceOf(Claim.Begun.class);
      assertWord("payment_in_progress", () -> keep(dead));
      assertWord("payment_in_progress", () -> claim(first, "a"));
    }

    @Test
    @DisplayName("an identifier of an answer that was not charged for is free")
    void notCharged() throws Refusal {
      ledger.ledger().release(keep(claim(first, "a").charge()));

      Charge bought = claim(second, "a").charge();
      assertThat(bought.key()).isEqualTo(second.key());
      assertWord("payment_in_progress", () -> claim(first, "a"));
      ledger.settled(keep(bought), RECEIPT);
      assertThat(claim(first, "a")).isInstanceOf(Claim.PaidBefore.class);
    }

    @Test
    @DisplayName("the same identifier with the same payment replays")
    void samePayment() throws Refusal {
      ledger.settled(keep(claim(first, "a").charge()), RECEIPT);

      assertThat(claim(first, "a")).isInstanceOf(Claim.Replayed.class);
    }

    @Test
    @DisplayName("an identifier is free again when its payment was released")
    void released() throws Refusal {
      ledger.ledger().release(claim(first, "a").charge());

      assertThat(claim(second, "a")).isInstanceOf(Claim.Begun.class);
      assertWord("payment_in_progress", () -> claim(first, "a"));
    }

    @Test
    @DisplayName("two payments without an identifier do not meet")
    void none() throws Refusal {
      assertThat(claim(payment(), "a")).isInstanceOf(Claim.Begun.class);
      assertThat(claim(payment(), "a")).isInstanceOf(Claim.Begun.class);
    }

    @Test
    @DisplayName("a payment cannot take another's identifier when it resumes")
    void takenWhileResuming() throws Refusal {
      claim(first, "a");
      TestProof plain = payment();
      ledger.ledger().unknown(keep(claim(plain, "a").charge()));

      assertWord("payment_identifier_used", () -> claim(plain.named(identifier), "a"));
      assertThat(claim(plain, "a")).isInstanceOf(Claim.Resumed.class);
    }

    @Test
    @DisplayName("a refused identifier does not disturb those who commit with it")
    void doesNotDisturb() throws Exception {
      claim(first, "a");
      TestProof plain = payment();
      ledger.ledger().release(keep(claim(plain, "a").charge()));
      List<Callable<String>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        TestProof honest = payment();
        calls.add(() -> outcome(honest, "a"));
        if (i % 4 == 0) {
          calls.add(() -> outcome(plain.named(identifier), "a"));
        }
      }

      List<String> outcomes = AtOnce.run(calls, 20);

      assertThat(outcomes).filteredOn("begun"::equals).hasSize(40);
      assertThat(outcomes).filteredOn("payment_in_progress"::equals).hasSize(10);
    }
  }

  @Nested
  @DisplayName("erasing")
  class Erasing {

    @Test
    @DisplayName("a settled answer is kept up to its time, and then told as expired")
    void settledAnswer() throws Refusal {
      ledger.settled(keep(claim(proof, "a").charge()), RECEIPT);
      CLOCK.advance(Duration.ofSeconds(VALIDITY));
      ledger.recovery().eraseExpired();
      assertThat(claim(proof, "a")).isInstanceOf(Claim.Replayed.class);

      CLOCK.advance(Duration.ofSeconds(1));
      ledger.recovery().eraseExpired();

      assertWord("answer_expired", () -> claim(proof, "a"));
    }

    @Test
    @DisplayName("a settled payment stays used long after its answer is gone")
    void settledForEver() throws Refusal {
      ledger.settled(keep(claim(proof, "a").charge()), RECEIPT);
      CLOCK.advance(Duration.ofDays(3650));
      ledger.recovery().eraseExpired();

      assertWord("answer_expired", () -> claim(proof, "a"));
      assertWord("payment_used", () -> claim(proof, "b"));
    }

    @Test
    @DisplayName("an answer whose settlement is unknown or under way is not erased")
    void unknownAnswer() throws Refusal {
      ledger.ledger().unknown(keep(claim(proof, "a").charge()));
      TestProof settling = payment();
      keep(claim(settling, "a").charge());
      CLOCK.advance(Duration.ofDays(3650));
      ledger.recovery().eraseExpired();

      assertThat(((Claim.Resumed) claim(proof, "a")).sealedAnswer()).isEqualTo(ANSWER);
      assertThat(((Claim.Resumed) claim(settling, "a")).sealedAnswer()).isEqualTo(ANSWER);
    }

    @Test
    @DisplayName("an answer that was never charged is erased in time, and the work done anew")
    void unchargedAnswer() throws Refusal {
      ledger.ledger().release(keep(claim(proof, "a").charge()));
      CLOCK.advance(Duration.ofSeconds(VALIDITY + 1));
      ledger.recovery().eraseExpired();

      assertThat(claim(proof, "a")).isInstanceOf(Claim.Begun.class);
    }

    @Test
    @DisplayName("a claim that is held is not erased, however old its payment is")
    void heldClaim() throws Refusal {
      TestProof ending = payment(now() + 1);
      Charge held = claim(ending, "a").charge();
      CLOCK.advance(Duration.ofSeconds(LEASE - 1));
      ledger.recovery().eraseExpired();

      assertWord("payment_in_progress", () -> claim(ending, "a"));
      assertThat(keep(held).state()).isEqualTo(State.SETTLING);
    }

    @ParameterizedTest(name = "after {0} seconds")
    @ValueSource(longs = {LEASE + 60, LEASE + 601})
    @DisplayName("whether it is still remembered or erased, a claim goes on above its fence")
    void fence(long seconds) throws Refusal {
      TestProof ending = payment(now() + 1);
      Charge paused = claim(ending, "a").charge();
      CLOCK.advance(Duration.ofSeconds(seconds));
      ledger.recovery().eraseExpired();

      Charge later = claim(ending, "a").charge();

      assertThat(later.fence()).isGreaterThan(paused.fence());
      assertThat(ledger.ledger().release(paused)).isFalse();
      assertThat(keep(later).state()).isEqualTo(State.SETTLING);
    }

    @Test
    @DisplayName("what came to nothing leaves no row, though its payment is valid for ever")
    void nothingIsLeft() throws Exception {
      ledger = ledger("left");
      TestProof forEver = payment(Long.MAX_VALUE / 1000);
      ledger.ledger().release(claim(forEver, "a").charge());
      ledger.ledger().release(claim(proof, "a").charge());
      claim(payment(Long.MAX_VALUE / 1000), "a");
      ledger.settled(keep(claim(payment(now()), "a").charge()), RECEIPT);

      CLOCK.advance(Duration.ofDays(2));
      ledger.recovery().eraseExpired();

      ledger.ledger().close();
      assertThat(rows("left")).isEqualTo(1);
    }

    private int rows(String name) throws Exception {
      try (Transactions transactions = place.open(name)) {
        return transactions.commit(
            statements -> {
              try (var count = statements.of("SELECT count(*) FROM charge").executeQuery()) {
                count.next();
                return count.getInt(1);
              }
            });
      }
    }
  }

  @Nested
  @DisplayName("the database")
  class Durability {

    @Test
    @DisplayName("every state survives the process")
    void survives() throws Exception {
      ledger = ledger("survives");
      TestProof settled = payment();
      TestProof unknown = payment();
      TestProof answered = payment();
      TestProof claimed = payment().named("payer:id");
      ledger.settled(keep(claim(settled, "a").charge()), RECEIPT);
      ledger.ledger().unknown(keep(claim(unknown, "a").charge()));
      ledger.ledger().release(keep(claim(answered, "a").charge()));
      Charge held = claim(claimed, "a").charge();

      ledger.ledger().close();
      ledger = ledger("survives");

      assertThat(((Claim.Replayed) claim(settled, "a")).receipt()).isEqualTo(RECEIPT);
      assertThat(((Claim.Resumed) claim(unknown, "a")).inDoubt()).isTrue();
      assertThat(((Claim.Resumed) claim(answered, "a")).inDoubt()).isFalse();
      assertWord("payment_in_progress", () -> claim(claimed, "a"));
      assertWord("payment_in_progress", () -> claim(proof.named("payer:id"), "a"));
      assertWord("payment_in_progress", () -> claim(proof.named("payer:id"), "b"));
      assertThat(keep(held).state()).isEqualTo(State.SETTLING);
      ledger.ledger().close();
    }

    @Test
    @DisplayName("a closed ledger takes no claim")
    void closed() throws Exception {
      ledger = ledger("closed");
      ledger.ledger().close();

      assertWord("ledger_unavailable", () -> claim(proof, "a"));
    }
  }

  private static TestBook ledger(String name) throws Exception {
    return TestBook.over(place.open(name), CLOCK, LEASE);
  }

  private static TestProof payment() {
    return payment(now() + VALIDITY);
  }

  private static TestProof payment(long validUntil) {
    return TestProof.of("x402:chain:token:payer:" + PAYMENTS.incrementAndGet(), validUntil);
  }

  private static long now() {
    return CLOCK.instant().getEpochSecond();
  }

  private Claim claim(TestProof by, String fingerprint) throws Refusal {
    return ledger.claim(by, fingerprint);
  }

  private Charge keep(Charge charge) throws Refusal {
    return ledger.keep(charge, ANSWER, now() + VALIDITY);
  }

  private String outcome(TestProof by, String fingerprint) {
    try {
      Claim claim = claim(by, fingerprint);
      return claim instanceof Claim.Begun
          ? "begun"
          : claim instanceof Claim.Resumed ? "resumed" : "replayed";
    } catch (Refusal refusal) {
      return refusal.word();
    }
  }

  private static List<String> atOnce(int copies, Callable<String> call) throws Exception {
    return AtOnce.run(java.util.Collections.nCopies(copies, call), 20);
  }

  private static void assertWord(String word, ThrowingCallable call) {
    assertThat(refusal(call).word()).isEqualTo(word);
  }

  private static Refusal refusal(ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).as("it was not refused").isNotNull();
    return refusal;
  }
}
