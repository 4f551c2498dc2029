package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Journal;
import io.tollroute.ledger.Movement;
import io.tollroute.ledger.Movement.Kind;
import io.tollroute.ledger.sql.BackofficeRows.ChargeRow;
import io.tollroute.ledger.sql.BackofficeRows.PaymentRow;
import io.tollroute.sandbox.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("The journal of money")
class SqlJournalTest {

  private static final String KEY = "x402:eip155:8453:0xa:0xpayer:0x";
  private static final Optional<String> NONE = Optional.empty();

  private final MutableClock clock = new MutableClock();
  private final long start = clock.instant().getEpochSecond();

  @Parameter private LedgerPlace.Kind kind;
  private BackofficeRows rows;
  private SqlBackoffice backoffice;
  private SqlJournal journal;

  @BeforeEach
  void open() throws Exception {
    Transactions transactions = LedgerPlace.emptied(kind);
    rows = new BackofficeRows(transactions);
    backoffice = new SqlBackoffice(transactions, clock, TestBook.VALID_SECONDS);
    journal = new SqlJournal(transactions);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private void later() {
    clock.advance(Duration.ofHours(1));
  }

  private List<Movement> all(int limit) throws Refusal {
    List<Movement> all = new ArrayList<>();
    Optional<Long> next = Optional.of(start);
    for (int pages = 0; next.isPresent(); pages++) {
      assertThat(pages).isLessThan(100);
      Journal.Page page = journal.between(next.get(), now() + 1, limit);
      all.addAll(page.movements());
      next = page.next();
    }
    return all;
  }

  private static String brief(Movement movement) {
    return movement.kind()
        + " "
        + movement.micros()
        + " "
        + movement.order().or(movement::charge).orElseThrow();
  }

  /** One of each kind, and what moves no money between them. */
  private void trade() throws Exception {
    rows.charge(ChargeRow.of(KEY + "1", "SETTLED", now()).in("0x1"));
    rows.charge(ChargeRow.of(KEY + "2", "UNKNOWN", now()));
    rows.charge(ChargeRow.of(KEY + "3", "CLAIMED", now()));
    later();
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 1, now()));
    rows.charge(ChargeRow.of(KEY + "4", "SETTLED", now()).buying("pay_1", 60));
    later();
    rows.charge(ChargeRow.of("token:pay_1:1", "SETTLED", now()).with("pay_1"));
    rows.charge(ChargeRow.of(KEY + "5", "CREDITED", now()));
    rows.payment(PaymentRow.of("pay_2", "PAID", 1, 0, now()).crediting(KEY + "5"));
    later();
    rows.payment(PaymentRow.of("pay_3", "PENDING", 2, 0, now()).by("manual"));
    backoffice.markPaid("pay_3", 450_000, "wire 1");
    later();
    rows.charge(ChargeRow.of(KEY + "6", "REFUND_DUE", now()));
    rows.charge(ChargeRow.of(KEY + "7", "PAID", now()).heldUntil(now() + 60));
  }

  @Test
  @DisplayName("has what came in and what was paid back, oldest first, and nothing that moved none")
  void moved() throws Exception {
    trade();
    later();
    backoffice.refundCharge(KEY + "1", Optional.of(50_000L), "half", Optional.of("0xback"));
    later();
    backoffice.refundPayment("pay_1", Optional.empty(), "rest", NONE);

    assertThat(all(100).stream().map(SqlJournalTest::brief))
        .containsExactly(
            "CALL 200000 " + KEY + "1",
            "ORDER 600000 pay_1",
            "CALL 200000 " + KEY + "5",
            "INVOICE 450000 pay_3",
            "CALL 200000 " + KEY + "6",
            "CALL 200000 " + KEY + "7",
            "REFUND -50000 " + KEY + "1",
            "REFUND -400000 pay_1");
    assertThat(all(100)).isSortedAccordingTo((a, b) -> Long.compare(a.at(), b.at()));
  }

  @Test
  @DisplayName("names of a movement what it was by, of an invoice its reference, of a refund both")
  void links() throws Exception {
    trade();
    later();
    backoffice.refundCharge(KEY + "1", Optional.empty(), "sorry", Optional.of("0xback"));
    List<Movement> all = all(100);

    Movement call = all.get(0);
    assertThat(call.at()).isEqualTo(start);
    assertThat(call.charge()).contains(KEY + "1");
    assertThat(call.amount()).contains("200000");
    assertThat(call.payer()).contains("0xpayer");
    assertThat(call.receipt().orElseThrow()).contains("0x1");
    assertThat(call.order()).isEmpty();
    assertThat(all.get(1).charge()).contains(KEY + "4");
    assertThat(all.get(3).text()).contains("wire 1");
    assertThat(all.get(3).method()).isEqualTo("manual");
    Movement refund = all.get(all.size() - 1);
    assertThat(refund.kind()).isEqualTo(Kind.REFUND);
    assertThat(refund.at()).isEqualTo(now());
    assertThat(refund.charge()).contains(KEY + "1");
    assertThat(refund.refundTransaction()).contains("0xback");
    assertThat(refund.receipt().orElseThrow()).contains("0x1");
    assertThat(refund.text()).contains("sorry");
  }

  @Test
  @DisplayName("has what was paid back of an excess and of the price each at its own time")
  void excess() throws Exception {
    trade();
    later();
    backoffice.refundExcess("pay_3", "too much", Optional.of("0xfirst"));
    long first = now();
    assertThat(all(100).stream().filter(each -> each.kind() == Kind.REFUND))
        .singleElement()
        .satisfies(each -> assertThat(each.text()).contains("too much"));
    later();
    backoffice.refundPayment("pay_3", Optional.empty(), "all", Optional.of("0xsecond"));

    List<Movement> refunds = all(100).stream().filter(each -> each.kind() == Kind.REFUND).toList();

    assertThat(refunds).extracting(Movement::micros).containsExactly(-50_000L, -400_000L);
    assertThat(refunds).extracting(Movement::at).containsExactly(first, now());
    assertThat(refunds)
        .extracting(each -> each.refundTransaction().orElseThrow())
        .containsExactly("0xfirst", "0xsecond");
  }

  @Test
  @DisplayName("sums up to what the books have received and paid back")
  void sums() throws Exception {
    trade();
    later();
    backoffice.refundCharge(KEY + "6", Optional.empty(), "", NONE);
    backoffice.refundExcess("pay_3", "", NONE);
    backoffice.refundPayment("pay_1", Optional.empty(), "", NONE);
    List<Long> moved = all(100).stream().map(Movement::micros).toList();

    assertThat(moved.stream().filter(each -> each > 0).mapToLong(each -> each).sum())
        .isEqualTo(backoffice.totals().receivedMicros());
    assertThat(moved.stream().filter(each -> each < 0).mapToLong(each -> -each).sum())
        .isEqualTo(backoffice.totals().refundedMicros());
  }

  @Test
  @DisplayName("is added up by currency to what its movements are together, in any time")
  void addedUp() throws Exception {
    assertThat(journal.sums(0, now() + 1)).isEmpty();
    trade();
    later();
    backoffice.refundCharge(KEY + "6", Optional.empty(), "", NONE);
    backoffice.refundExcess("pay_3", "", NONE);
    backoffice.refundPayment("pay_1", Optional.empty(), "", NONE);
    for (long from = start; from <= now(); from += 3600) {
      for (long until = from; until <= now() + 1; until += 3600) {
        List<Movement> some = journal.between(from, until, 100).movements();
        List<Movement> came = some.stream().filter(each -> each.micros() > 0).toList();
        List<Movement> went = some.stream().filter(each -> each.micros() < 0).toList();

        assertThat(journal.sums(from, until))
            .isEqualTo(
                some.isEmpty()
                    ? List.of()
                    : List.of(
                        new Journal.Sum(
                            "USD",
                            came.size(),
                            came.stream().mapToLong(Movement::micros).sum(),
                            -went.stream().mapToLong(Movement::micros).sum())));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 100})
  @DisplayName("is the same in pages of any size, each a number of whole seconds")
  void pages(int limit) throws Exception {
    trade();
    later();
    backoffice.refundCharge(KEY + "1", Optional.empty(), "", NONE);
    later();
    for (int i = 0; i < 5; i++) {
      rows.charge(ChargeRow.of(KEY + "a" + i, "SETTLED", now()));
    }

    List<Movement> whole = all(1_000);
    assertThat(all(limit)).isEqualTo(whole).hasSize(12);
    List<String> order = whole.stream().map(SqlJournalTest::brief).toList();
    backoffice.refundCharge(KEY + "a0", Optional.empty(), "", NONE);
    assertThat(all(limit).stream().map(SqlJournalTest::brief))
        .startsWith(order.toArray(new String[0]));
  }

  @Test
  @DisplayName("has the first second of a time and not the one after its last")
  void time() throws Exception {
    rows.charge(ChargeRow.of(KEY + "1", "SETTLED", start));
    rows.charge(ChargeRow.of(KEY + "2", "SETTLED", start + 10));

    assertThat(journal.between(start, start + 10, 10).movements()).hasSize(1);
    assertThat(journal.between(start + 1, start + 11, 10).movements()).hasSize(1);
    assertThat(journal.between(start + 1, start + 10, 10).movements()).isEmpty();
  }
}
