package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenHash;
import io.tollroute.ledger.TokenProof;
import io.tollroute.sandbox.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("An old charge")
class OldChargesTest {

  private static final byte[] ANSWER = "answer".getBytes(StandardCharsets.UTF_8);
  private static final long DAYS = 100;
  private static final String HASH = "0x" + "ab".repeat(32);
  private static final String RECEIPT =
      "{\"success\":true,\"transaction\":\""
          + HASH
          + "\",\"network\":\"eip155:8453\",\"payer\":\"0xpayer\"}";

  private final MutableClock clock = new MutableClock();

  @Parameter private LedgerPlace.Kind kind;
  private Transactions transactions;
  private TestBook book;
  private SqlBackoffice backoffice;
  private long start;

  @BeforeEach
  void open() throws Exception {
    transactions = LedgerPlace.emptied(kind);
    book = TestBook.over(transactions, clock, 60);
    backoffice = new SqlBackoffice(transactions, clock, TestBook.VALID_SECONDS);
    start = now();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private OldCharges after(long days) {
    return new OldCharges(transactions, clock, days, kind == LedgerPlace.Kind.SQLITE);
  }

  private void later(long days) throws Refusal {
    clock.advance(Duration.ofDays(days));
    book.recovery().eraseExpired();
  }

  private TestProof proof(String key) {
    return TestProof.of(key, now() + 300).by("0xpayer");
  }

  private Charge begun(PaymentProof proof, ChargeTerms terms) throws Refusal {
    return ((Claim.Begun) book.claim(proof, "request", terms)).charge();
  }

  private void sell(String key) throws Refusal {
    Charge charge = begun(proof(key), ChargeTerms.call(200_000, "USD"));
    book.settled(book.keep(charge, ANSWER, now() + 300), RECEIPT);
  }

  private ChargeView view(String key) throws Refusal {
    return backoffice.charge(key).orElseThrow();
  }

  private boolean isWhole(String key) throws Refusal {
    return !view(key).requestId().isEmpty();
  }

  private Journal.Page books() throws Refusal {
    return new SqlJournal(transactions).between(start, now() + 1, 1000);
  }

  @Test
  @DisplayName("keeps who paid what, when and by which transaction, and loses what it was for")
  void thinned() throws Exception {
    sell("one");
    later(DAYS + 1);
    ChargeView whole = view("one");

    after(DAYS).thin();

    ChargeView thin = view("one");
    assertThat(thin.requestId()).isEmpty();
    assertThat(thin.upstreamId()).isEmpty();
    assertThat(thin.receipt())
        .contains(
            "{\"success\":true,\"transaction\":\"" + HASH + "\",\"network\":\"eip155:8453\"}");
    assertThat(thin)
        .usingRecursiveComparison()
        .ignoringFields("requestId", "upstreamId", "receipt")
        .isEqualTo(whole);
  }

  @Test
  @DisplayName("is in the books as before, is found by its transaction, and can be paid back")
  void accounts() throws Exception {
    sell("one");
    later(DAYS + 1);
    Journal.Page before = books();

    after(DAYS).thin();

    assertThat(books())
        .usingRecursiveComparison()
        .ignoringFields("movements.receipt")
        .isEqualTo(before);
    assertThat(backoffice.charges(ofTransaction()).rows()).hasSize(1);
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(200_000);
    backoffice.refundCharge("one", Optional.empty(), "late", Optional.empty());
    assertThat(view("one").state()).isEqualTo("refunded");
  }

  private static BackofficeFilter ofTransaction() {
    BackofficeFilter all = BackofficeFilter.everything();
    Optional<String> none = Optional.empty();
    return new BackofficeFilter(
        none,
        none,
        none,
        all.since(),
        all.until(),
        all.limit(),
        none,
        new BackofficeFilter.Marks(Optional.of(HASH), none, none, 0, Long.MAX_VALUE));
  }

  @Test
  @DisplayName(
      "still keeps its payment, and the name that its buyer gave it, from being used again")
  void usedOnce() throws Exception {
    Charge named = begun(proof("named").named("the buyer's"), ChargeTerms.call(200_000, "USD"));
    book.settled(book.keep(named, ANSWER, now() + 300), RECEIPT);
    sell("one");
    later(DAYS + 1);
    after(DAYS).thin();

    for (PaymentProof again : List.of(proof("one"), proof("other").named("the buyer's"))) {
      Refusal refusal = catchThrowableOfType(Refusal.class, () -> book.claim(again, "request"));
      assertThat(refusal).as(again.key()).isNotNull();
      assertThat(refusal.word()).isIn("payment_used", "payment_identifier_used");
    }
  }

  @Test
  @DisplayName("of a token leaves the token as it was, with the uses that are left")
  void tokens() throws Exception {
    book.tokens()
        .create(
            new NewToken(
                "pay_one",
                TokenHash.of("pay_one"),
                "service",
                200_000,
                "USD",
                2,
                Optional.empty(),
                "manual",
                Optional.empty(),
                now() + 86_400),
            Optional.empty());
    backoffice.markPaid("pay_one", 400_000, "transfer");
    book.spend(
        begun(TokenProof.of("pay_one"), ChargeTerms.call(200_000, "USD")), ANSWER, now() + 300);
    later(10);

    after(5).thin();

    assertThat(backoffice.chargesOf("pay_one"))
        .allMatch(use -> use.requestId().isEmpty())
        .hasSize(1);
    assertThat(backoffice.miscounted()).isEmpty();
    book.spend(
        begun(TokenProof.of("pay_one"), ChargeTerms.call(200_000, "USD")), ANSWER, now() + 300);
    assertThat(backoffice.payment("pay_one").orElseThrow().used()).isEqualTo(2);
  }

  @Test
  @DisplayName("stays whole while it is open, owed, young or its answer is kept, or for ever")
  void whole() throws Exception {
    ChargeTerms first = new ChargeTerms(200_000, "USD", true, Optional.empty(), 0);
    book.settled(begun(proof("owed"), first), RECEIPT);
    // of nobody: the same buyer could buy nothing else meanwhile
    PaymentProof doubted = TestProof.of("unknown", now() + 300);
    Charge unknown = begun(doubted, ChargeTerms.call(200_000, "USD"));
    book.ledger().unknown(book.keep(unknown, ANSWER, now() + 300));
    Charge kept = begun(proof("kept"), ChargeTerms.call(200_000, "USD"));
    book.settled(book.keep(kept, ANSWER, now() + Duration.ofDays(DAYS + 50).toSeconds()), RECEIPT);
    sell("old");
    later(DAYS + 1);
    book.recovery().dueRefunds();
    sell("young");
    later(1);

    after(0).thin();
    assertThat(isWhole("old")).isTrue();
    after(DAYS).thin();

    assertThat(isWhole("old")).isFalse();
    for (String key : List.of("owed", "unknown", "kept", "young")) {
      assertThat(isWhole(key)).as(key).isTrue();
    }
  }

  @Test
  @DisplayName(
      "is reached however many there are, a few at a time, and one that was passed by later")
  void many() throws Exception {
    int count = 620;
    for (int i = 0; i < count; i++) {
      sell("charge " + i);
    }
    later(DAYS + 1);
    OldCharges charges = after(DAYS);

    charges.thin();
    assertThat(whole(count)).isEqualTo(count - 500);
    charges.thin();
    assertThat(whole(count)).isZero();

    sell("late");
    later(DAYS + 2);
    charges.thin();
    charges.thin();
    assertThat(isWhole("late")).isFalse();
  }

  private long whole(int count) throws Refusal {
    return transactions.commit(
        statements ->
            statements
                .first(
                    "SELECT COUNT(*) FROM charge WHERE request_id <> '' AND proof_key <> 'late'",
                    row -> row.getLong(1))
                .orElse((long) count));
  }
}
