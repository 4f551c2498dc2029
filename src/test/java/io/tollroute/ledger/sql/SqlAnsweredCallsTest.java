package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.AnsweredCalls.Answered;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenHash;
import io.tollroute.ledger.TokenProof;
import io.tollroute.sandbox.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("Of the calls of a service are counted")
class SqlAnsweredCallsTest {

  private static final long LEASE = 60;
  private static final String RECEIPT = "{\"success\":true,\"transaction\":\"0x1\"}";
  private static final byte[] ANSWER = "answer".getBytes(StandardCharsets.UTF_8);

  private final MutableClock clock = new MutableClock();

  @Parameter private LedgerPlace.Kind kind;
  private Transactions transactions;
  private TestBook book;
  private SqlAnsweredCalls calls;
  private long start;

  @BeforeEach
  void open() throws Exception {
    transactions = LedgerPlace.emptied(kind);
    book = TestBook.over(transactions, clock, LEASE);
    calls = new SqlAnsweredCalls(transactions);
    start = now();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private Map<String, Answered> counted() throws Refusal {
    return calls.between(start, now() + 1);
  }

  private TestProof payment(String key) {
    return TestProof.of(key, now() + 300);
  }

  private Charge begun(PaymentProof proof, ChargeTerms terms) throws Refusal {
    return ((Claim.Begun) book.claim(proof, "request", terms)).charge();
  }

  private Charge begun(String key) throws Refusal {
    return begun(payment(key), ChargeTerms.call(200_000, "USD"));
  }

  private void answer(String key) throws Refusal {
    book.settled(book.keep(begun(key), ANSWER, now() + 300), RECEIPT);
  }

  private NewToken token(String name, long micros, String provider) {
    return new NewToken(
        name,
        TokenHash.of(name),
        "service",
        micros,
        "USD",
        5,
        Optional.empty(),
        provider,
        Optional.empty(),
        now() + 86_400);
  }

  @Test
  @DisplayName("those that were answered and paid, with the time of the last")
  void answered() throws Exception {
    answer("one");
    clock.advance(Duration.ofSeconds(90));
    answer("two");
    transactions.commit(
        statements ->
            statements.update("UPDATE charge SET service = 'other' WHERE proof_key = 'one'"));

    assertThat(counted())
        .isEqualTo(Map.of("other", new Answered(1, start), "service", new Answered(1, start + 90)));
  }

  @Test
  @DisplayName("none that was not answered, not paid, or of which nobody knows")
  void unanswered() throws Exception {
    begun("begun");
    book.ledger().release(begun("failed"));
    Charge refused = book.keep(begun("refused"), ANSWER, now() + 300);
    book.ledger().release(refused);
    book.ledger().unknown(book.keep(begun("unknown"), ANSWER, now() + 300));
    ChargeTerms first = new ChargeTerms(200_000, "USD", true, Optional.empty(), 0);
    book.settled(begun(payment("owed"), first), RECEIPT);

    assertThat(counted()).isEmpty();
  }

  @Test
  @DisplayName("the uses of a token, and not the token")
  void tokens() throws Exception {
    book.tokens().create(token("pay_one", 200_000, "x402"), Optional.empty());
    ChargeTerms order = new ChargeTerms(1_000_000, "USD", false, Optional.of("pay_one"), 0);
    book.settled(book.keep(begun(payment("bought"), order), ANSWER, now() + 300), RECEIPT);
    assertThat(counted()).isEmpty();

    book.spend(
        begun(TokenProof.of("pay_one"), ChargeTerms.call(200_000, "USD")), ANSWER, now() + 300);

    assertThat(counted()).isEqualTo(Map.of("service", new Answered(1, start)));
  }

  @Test
  @DisplayName("none that cost nothing, and none that was paid back")
  void forNothing() throws Exception {
    book.tokens().allow(token("free_one", 0, "free"), List.of("free_one"));
    book.spend(begun(TokenProof.of("free_one"), ChargeTerms.call(0, "USD")), ANSWER, now() + 300);
    answer("returned");
    new SqlBackoffice(transactions, clock, TestBook.VALID_SECONDS)
        .refundCharge("returned", Optional.empty(), "sorry", Optional.empty());

    assertThat(counted()).isEmpty();
  }

  @Test
  @DisplayName("as paid and not answered those that are owed back, paid back or credited")
  void owed() throws Exception {
    answer("answered");
    begun("begun");
    ChargeTerms first = new ChargeTerms(200_000, "USD", true, Optional.empty(), 0);
    book.settled(begun(payment("paid"), first), RECEIPT);
    assertThat(calls.unanswered(start, now() + 1)).isEmpty();

    clock.advance(Duration.ofSeconds(TestBook.OWE_SECONDS + LEASE + 1));
    assertThat(book.recovery().dueRefunds()).isOne();
    assertThat(calls.unanswered(start, now() + 1)).isEqualTo(Map.of("service", 1L));
    new SqlBackoffice(transactions, clock, TestBook.VALID_SECONDS)
        .refundCharge("answered", Optional.empty(), "sorry", Optional.empty());

    assertThat(calls.unanswered(start, now() + 1)).isEqualTo(Map.of("service", 2L));
    assertThat(calls.unanswered(start + 1, now() + 1)).isEmpty();
  }

  @Test
  @DisplayName("those of the time that is asked for, from its first second to its last")
  void times() throws Exception {
    answer("one");
    clock.advance(Duration.ofSeconds(10));
    answer("two");

    assertThat(calls.between(start, start + 10))
        .isEqualTo(Map.of("service", new Answered(1, start)));
    assertThat(calls.between(start + 1, start + 11))
        .isEqualTo(Map.of("service", new Answered(1, start + 10)));
    assertThat(calls.between(start + 11, start + 100)).isEmpty();
  }
}
