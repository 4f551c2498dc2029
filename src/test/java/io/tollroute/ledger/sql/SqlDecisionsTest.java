package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Decision;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.Objection.Kind;
import io.tollroute.ledger.sql.BackofficeRows.ChargeRow;
import io.tollroute.ledger.sql.BackofficeRows.PaymentRow;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.testing.AtOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(LedgerPlace.Kind.class)
class SqlDecisionsTest {

  private static final String KEY = "x402:eip155:8453:0xa:0xpayer:0x1";
  private static final String NETWORK = "eip155:8453";
  private static final String HASH = "0x" + "ab".repeat(32);

  @Parameter private LedgerPlace.Kind kind;

  private final MutableClock clock = new MutableClock();
  private final long now = clock.instant().getEpochSecond();
  private Transactions transactions;
  private BackofficeRows rows;
  private SqlBackoffice backoffice;
  private SqlDecisions decisions;

  @BeforeEach
  void open() throws Exception {
    transactions = LedgerPlace.emptied(kind);
    rows = new BackofficeRows(transactions);
    backoffice = new SqlBackoffice(transactions, clock, 1000);
    SqlLedger ledger =
        new SqlLedger(transactions, clock, 60, new SqlTokens(transactions, clock, 1000));
    decisions = new SqlDecisions(transactions, clock, ledger, backoffice, 900);
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  private static Decision byNode(boolean paid) {
    return new Decision(
        paid,
        Decision.How.NODE,
        paid ? Optional.of(HASH) : Optional.empty(),
        NETWORK,
        "ann",
        "found it");
  }

  private static Decision byWord(boolean paid) {
    return new Decision(paid, Decision.How.WORD, Optional.empty(), "", "", "bank says so");
  }

  private Objection refused(Decision decision) {
    Objection objection =
        catchThrowableOfType(Objection.class, () -> decisions.decide(KEY, decision));
    assertThat(objection).isNotNull();
    assertThat(objection.kind()).as(objection.getMessage()).isEqualTo(Kind.REFUSED);
    return objection;
  }

  @Test
  @DisplayName("what is decided to be paid is settled, once, and says who decided, why and how")
  void paid() throws Exception {
    rows.charge(ChargeRow.of(KEY, "UNKNOWN", now));

    ChargeView settled = decisions.decide(KEY, byNode(true));

    assertThat(settled.state()).isEqualTo("settled");
    assertThat(settled.answerKept()).isTrue();
    assertThat(settled.receipt().orElseThrow()).contains(HASH);
    assertThat(settled.unknownAt()).isEmpty();
    assertThat(settled.decision())
        .contains(new ChargeView.Decided(now, Optional.of("ann"), "node", Optional.of("found it")));
    clock.advance(Duration.ofSeconds(5));
    assertThat(decisions.decide(KEY, byNode(true))).isEqualTo(settled);
    refused(byNode(false));
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(200_000L);
    assertThat(backoffice.totals().unknownMicros()).isZero();
  }

  @Test
  @DisplayName("What is decided not to be paid is free, and its decision is not forgotten")
  void notPaid() throws Exception {
    rows.charge(ChargeRow.of(KEY, "UNKNOWN", now));

    ChargeView free = decisions.decide(KEY, byWord(false));
    clock.advance(Duration.ofDays(30));
    new SqlRecovery(transactions, clock, 60, 900).eraseExpired();

    assertThat(free.state()).isEqualTo("answered");
    assertThat(backoffice.charge(KEY).orElseThrow().decision().orElseThrow().how())
        .isEqualTo("word");
    assertThat(decisions.decide(KEY, byWord(false)).state()).isEqualTo("answered");
    refused(byWord(true));
    assertThat(backoffice.totals().receivedMicros()).isZero();
    assertThat(decisions.decide(KEY, byNode(true)).state())
        .as("the chain knows better than a word")
        .isIn("settled", "paid");
  }

  @Test
  @DisplayName("An order that a decided charge pays is paid with it, and is free without it")
  void order() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 3, 0, now));
    rows.charge(ChargeRow.of(KEY, "UNKNOWN", now).buying("pay_1", 60));

    decisions.decide(KEY, byNode(true));

    assertThat(backoffice.payment("pay_1").orElseThrow().state()).isEqualTo("paid");
  }

  @Test
  @DisplayName("Money for an order that another charge has paid is owed back")
  void orderOfAnother() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 0, now));
    rows.charge(ChargeRow.of(KEY + "2", "SETTLED", now).buying("pay_1", 60));
    rows.charge(ChargeRow.of(KEY, "ANSWERED", now).buying("pay_1", 60));

    decisions.decide(KEY, byNode(true));

    assertThat(backoffice.charge(KEY).orElseThrow().state()).isIn("settled", "refund_due");
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(1_200_000L);
  }

  @ParameterizedTest
  @CsvSource({"ANSWERED", "RELEASED", "CLAIMED"})
  @DisplayName("What was believed to be free takes the chain's word, and nobody else's")
  void believedFree(String state) throws Exception {
    rows.charge(ChargeRow.of(KEY, state, now));

    refused(byWord(true));

    assertThat(decisions.decide(KEY, byNode(true)).state()).isEqualTo("settled");
  }

  @Test
  @DisplayName("While a call works on it nothing is decided; of many decisions at once one counts")
  void together() throws Exception {
    rows.charge(ChargeRow.of(KEY, "SETTLING", now).heldUntil(now + 10));
    refused(byNode(true));
    clock.advance(Duration.ofSeconds(10));
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      boolean paid = i % 2 == 0;
      all.add(() -> isDecided(paid));
    }

    List<Boolean> done = AtOnce.run(all, 60);

    ChargeView charge = backoffice.charge(KEY).orElseThrow();
    assertThat(done).contains(true);
    assertThat(charge.state()).isIn("settled", "answered");
    assertThat(backoffice.totals().receivedMicros()).isIn(0L, 200_000L);
  }

  private boolean isDecided(boolean paid) throws Exception {
    try {
      decisions.decide(KEY, byWord(paid));
      return true;
    } catch (Objection other) {
      assertThat(other.kind()).isEqualTo(Kind.REFUSED);
      return false;
    }
  }
}
