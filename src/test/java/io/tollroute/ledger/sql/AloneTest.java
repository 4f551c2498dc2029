package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Claim;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.testing.AtOnce;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("A payer who has not paid yet")
class AloneTest {

  private static final long LEASE = 60;
  private static final String RECEIPT = "{\"success\":true,\"transaction\":\"0x1\"}";
  private static final MutableClock CLOCK = new MutableClock();
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir private static Path folder;
  private static Transactions transactions;
  private static TestBook book;

  @Parameter private LedgerPlace.Kind kind;
  private String payer;

  @BeforeParameterizedClassInvocation
  static void open(LedgerPlace.Kind kind) throws Exception {
    transactions = new LedgerPlace(kind, folder).open("alone");
    book = TestBook.over(transactions, CLOCK, LEASE);
  }

  @AfterParameterizedClassInvocation
  static void close() {
    book.ledger().close();
  }

  @BeforeEach
  void newPayer() {
    payer = "0xpayer" + NUMBERS.incrementAndGet();
  }

  private TestProof payment() {
    return TestProof.of(
            "x402:chain:token:" + payer + ":" + NUMBERS.incrementAndGet(),
            CLOCK.instant().getEpochSecond() + 300)
        .by(payer);
  }

  private static Charge keep(Charge charge) throws Refusal {
    return book.keep(
        charge, "answer".getBytes(StandardCharsets.UTF_8), CLOCK.instant().getEpochSecond() + 300);
  }

  private int rows() throws Refusal {
    return transactions.commit(
        statements ->
            statements
                .first("SELECT count(*) FROM charge WHERE payer = ?", row -> row.getInt(1), payer)
                .orElseThrow());
  }

  private static void assertNotAlone(ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal.word()).isEqualTo("too_many_requests");
    assertThat(refusal.reason()).contains("unsettled_call");
  }

  @Test
  @DisplayName("begins no second call while the first is worked on or being settled")
  void second() throws Refusal {
    Charge first = book.claimAlone(payment(), "a").charge();
    assertNotAlone(() -> book.claimAlone(payment(), "b"));
    Charge kept = keep(first);
    assertNotAlone(() -> book.claimAlone(payment(), "b"));
    book.settled(kept, RECEIPT);

    assertThat(book.claimAlone(payment(), "b")).isInstanceOf(Claim.Begun.class);
  }

  @Test
  @DisplayName("begins another one when the first came to nothing")
  void afterFailure() throws Refusal {
    book.ledger().release(book.claimAlone(payment(), "a").charge());
    Charge unpaid = keep(book.claimAlone(payment(), "a").charge());
    book.ledger().release(unpaid);

    assertThat(book.claimAlone(payment(), "b")).isInstanceOf(Claim.Begun.class);
  }

  @Test
  @DisplayName("begins another one when the process that worked on the first has died")
  void afterDeath() throws Refusal {
    book.claimAlone(payment(), "a");
    CLOCK.advance(Duration.ofSeconds(TestBook.WORK_SECONDS + 1));

    assertThat(book.claimAlone(payment(), "b")).isInstanceOf(Claim.Begun.class);
  }

  @Test
  @DisplayName(
      "may send the same payment again, for the same request and after a failure for another")
  void samePayment() throws Refusal {
    TestProof payment = payment();
    Charge first = book.claimAlone(payment, "a").charge();
    Refusal meanwhile = catchThrowableOfType(Refusal.class, () -> book.claimAlone(payment, "a"));
    book.ledger().release(first);

    assertThat(meanwhile.word()).isEqualTo("payment_in_progress");
    assertThat(book.claimAlone(payment, "b")).isInstanceOf(Claim.Begun.class);
    assertNotAlone(() -> book.claimAlone(payment(), "c"));
  }

  @Test
  @DisplayName("is in nobody else's way, and nobody who has paid is in his")
  void others() throws Refusal {
    book.claimAlone(payment(), "a");
    newPayer();
    book.claim(payment(), "a");

    assertThat(book.claimAlone(payment(), "b")).isInstanceOf(Claim.Begun.class);
    assertThat(book.claim(payment(), "c")).isInstanceOf(Claim.Begun.class);
  }

  @Test
  @DisplayName("begins one of many calls at once")
  void atOnce() throws Exception {
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestProof payment = payment();
      String request = "request " + i;
      calls.add(
          () -> {
            try {
              book.claimAlone(payment, request);
              return "begun";
            } catch (Refusal refusal) {
              return refusal.reason().orElse(refusal.word());
            }
          });
    }

    List<String> outcomes = AtOnce.run(calls, 20);

    assertThat(outcomes).filteredOn("begun"::equals).hasSize(1);
    assertThat(outcomes).filteredOn("unsettled_call"::equals).hasSize(19);
  }

  @Test
  @DisplayName(
      "who is known to be himself only after his calls have begun goes on with one of them")
  void knownLate() throws Exception {
    List<Charge> begun = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      begun.add(book.claim(payment(), "request " + i).charge());
    }
    List<Callable<String>> calls = new ArrayList<>();
    for (Charge charge : begun) {
      calls.add(
          () -> {
            try {
              book.ledger().standAlone(charge, payer);
              return "alone";
            } catch (Refusal refusal) {
              return refusal.reason().orElse(refusal.word());
            }
          });
    }

    List<String> outcomes = AtOnce.run(calls, 8);

    assertThat(outcomes).filteredOn("alone"::equals).hasSize(1);
    assertThat(outcomes).filteredOn("unsettled_call"::equals).hasSize(7);
    Charge alone = begun.get(outcomes.indexOf("alone"));
    book.settled(keep(alone), RECEIPT);
    Charge other = begun.get(outcomes.indexOf("unsettled_call"));
    assertThatCode(() -> book.ledger().standAlone(other, payer)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("does not stand alone with a claim that another call has taken over")
  void lostLate() throws Exception {
    TestProof payment = payment();
    Charge lost = book.claim(payment, "a").charge();
    book.ledger().release(lost);
    book.claim(payment, "a");

    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> book.ledger().standAlone(lost, payer));

    assertThat(refusal.word()).isEqualTo("payment_in_progress");
  }

  @Test
  @DisplayName("has paid once a charge of his is settled, and not before")
  void known() throws Refusal {
    SqlPayerHistory history = new SqlPayerHistory(transactions, CLOCK);
    Charge kept = keep(book.claimAlone(payment(), "a").charge());
    boolean before = history.hasPaidLately(payer);
    book.settled(kept, RECEIPT);

    assertThat(before).isFalse();
    assertThat(history.hasPaidLately(payer)).isTrue();
    CLOCK.advance(Duration.ofDays(91));
    assertThat(history.hasPaidLately(payer)).isFalse();
  }

  @Test
  @DisplayName("whose request has something against it begins nothing and leaves nothing")
  void objected() throws Exception {
    Refusal objection = Refusal.of("invalid_request");

    Refusal told =
        catchThrowableOfType(Refusal.class, () -> book.claimObjected(payment(), "a", objection));

    assertThat(told.word()).isEqualTo("invalid_request");
    assertThat(rows()).isZero();
  }

  @Test
  @DisplayName("whose request has something against it now gets what it bought before")
  void boughtBefore() throws Exception {
    TestProof payment = payment();
    book.settled(keep(book.claim(payment, "a").charge()), RECEIPT);

    Claim claim = book.claimObjected(payment, "a", Refusal.of("invalid_request"));

    assertThat(claim).isInstanceOf(Claim.Replayed.class);
  }

  @Test
  @DisplayName("whose payment was worth nothing is forgotten as soon as stragglers may be")
  void discarded() throws Exception {
    book.ledger().discard(book.claim(payment(), "a").charge());
    CLOCK.advance(Duration.ofSeconds(601));
    book.recovery().eraseExpired();

    assertThat(rows()).isZero();
  }
}
