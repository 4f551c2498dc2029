package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.ledger.BackofficeFilter;
import io.tollroute.ledger.BackofficePage;
import io.tollroute.ledger.BackofficeTotals;
import io.tollroute.ledger.BackofficeTotals.Sum;
import io.tollroute.ledger.ChargeView;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.Objection.Kind;
import io.tollroute.ledger.Refunded;
import io.tollroute.ledger.TokenView;
import io.tollroute.ledger.sql.BackofficeRows.ChargeRow;
import io.tollroute.ledger.sql.BackofficeRows.PaymentRow;
import io.tollroute.sandbox.MutableClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(LedgerPlace.Kind.class)
class SqlBackofficeTest {

  private static final long VALID = 30 * 24 * 3600L;
  private static final String KEY = "x402:eip155:8453:0xa:0xpayer:0x1";

  @Parameter private LedgerPlace.Kind kind;

  private final MutableClock clock = new MutableClock();
  private final long now = clock.instant().getEpochSecond();
  private Transactions transactions;
  private BackofficeRows rows;
  private SqlBackoffice backoffice;

  @BeforeEach
  void open() throws Exception {
    transactions = LedgerPlace.emptied(kind);
    rows = new BackofficeRows(transactions);
    backoffice = new SqlBackoffice(transactions, clock, VALID);
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  private static BackofficeFilter filter(String state, int limit) {
    return new BackofficeFilter(
        Optional.of(state).filter(word -> !word.isEmpty()),
        Optional.empty(),
        Optional.empty(),
        0,
        Long.MAX_VALUE,
        limit,
        Optional.empty());
  }

  private Objection refused(Kind kindOfObjection, ThrowingCallable wish) {
    Objection objection = catchThrowableOfType(Objection.class, wish);
    assertThat(objection).isNotNull();
    assertThat(objection.kind()).as(objection.getMessage()).isEqualTo(kindOfObjection);
    return objection;
  }

  /** Does it many times at once and says how often it was done. */
  private static int together(Callable<?> wish) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(
            threads.submit(
                () -> {
                  wish.call();
                  return true;
                }));
      }
      int done = 0;
      for (Future<?> each : all) {
        try {
          each.get();
          done++;
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(Objection.class);
        }
      }
      return done;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @DisplayName("A list is newest first, and its pages together are all rows, none twice")
  void pages() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      // three of one second
      rows.payment(PaymentRow.of("pay_" + i, "PENDING", 1, 0, now + Math.max(0, i - 2)));
      rows.charge(ChargeRow.of("x402:a:b:c:" + i, "SETTLED", now + Math.max(0, i - 2)));
      ids.add("pay_" + i);
    }
    Collections.reverse(ids);

    List<String> seen = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    BackofficeFilter first = filter("", 2);
    for (Optional<BackofficeFilter> next = Optional.of(first); next.isPresent(); ) {
      BackofficePage<TokenView> page = backoffice.payments(next.get());
      assertThat(page.rows()).hasSizeBetween(1, 2);
      page.rows().forEach(row -> seen.add(row.id()));
      next = page.next().map(first::from);
    }
    for (Optional<BackofficeFilter> next = Optional.of(first); next.isPresent(); ) {
      BackofficePage<ChargeView> page = backoffice.charges(next.get());
      page.rows().forEach(row -> keys.add(row.key()));
      next = page.next().map(first::from);
    }

    assertThat(seen).isEqualTo(ids);
    assertThat(keys)
        .hasSize(7)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  @DisplayName("A payment is shown, and found, by what it is worth to its buyer now")
  void shownStates() throws Exception {
    rows.payment(PaymentRow.of("pending", "PENDING", 1, 0, now));
    rows.payment(PaymentRow.of("pending-late", "PENDING", 1, 0, now - 10).until(now));
    rows.payment(PaymentRow.of("paid", "PAID", 3, 2, now));
    rows.payment(PaymentRow.of("paid-late", "PAID", 3, 2, now - 10).until(now));
    rows.payment(PaymentRow.of("used", "PAID", 3, 3, now - 10).until(now));
    rows.payment(PaymentRow.of("due", "REFUND_DUE", 1, 0, now - 10).until(now));
    rows.payment(PaymentRow.of("back", "REFUNDED", 1, 0, now - 10).until(now));

    for (Map.Entry<String, List<String>> each :
        Map.of(
                "pending", List.of("pending"),
                "paid", List.of("paid"),
                "exhausted", List.of("used"),
                "expired", List.of("pending-late", "paid-late"),
                "refund_due", List.of("due"),
                "refunded", List.of("back"))
            .entrySet()) {
      List<TokenView> found = backoffice.payments(filter(each.getKey(), 10)).rows();
      assertThat(found)
          .extracting(TokenView::id)
          .containsExactlyInAnyOrderElementsOf(each.getValue());
      assertThat(found).extracting(TokenView::state).containsOnly(each.getKey());
    }
  }

  @Test
  @DisplayName("Charges are found by state, service, payer in any case, and time")
  void chargeFilters() throws Exception {
    rows.charge(ChargeRow.of(KEY, "SETTLED", now));
    rows.charge(ChargeRow.of("x402:eip155:8453:0xa:0xother:0x2", "UNKNOWN", now - 100));
    BackofficeFilter all = BackofficeFilter.everything();

    assertThat(backoffice.charges(filter("unknown", 10)).rows()).hasSize(1);
    assertThat(
            backoffice
                .charges(
                    new BackofficeFilter(
                        Optional.empty(),
                        Optional.of("svc"),
                        Optional.of("0xPAYER"),
                        0,
                        Long.MAX_VALUE,
                        10,
                        Optional.empty()))
                .rows())
        .extracting(ChargeView::key)
        .containsExactly(KEY);
    assertThat(
            backoffice
                .charges(
                    new BackofficeFilter(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        now - 100,
                        now,
                        10,
                        Optional.empty()))
                .rows())
        .hasSize(1);
    assertThat(backoffice.charges(all).rows()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SETTLED", "' OR '1'='1", "x", ""})
  @DisplayName("A state or cursor that cannot be is an error and no statement")
  void hostile(String text) throws Exception {
    rows.charge(ChargeRow.of(KEY, "SETTLED", now));
    Optional<String> odd = Optional.of(text);

    refused(
        Kind.INVALID,
        () ->
            backoffice.charges(
                new BackofficeFilter(
                    odd, Optional.empty(), Optional.empty(), 0, now, 10, Optional.empty())));
    refused(Kind.INVALID, () -> backoffice.charges(filter("", 10).from(text)));
    assertThat(
            backoffice
                .charges(
                    new BackofficeFilter(
                        Optional.empty(), odd, odd, 0, now + 1, 10, Optional.empty()))
                .rows())
        .isEmpty();
    refused(Kind.INVALID, () -> backoffice.charges(filter("", 0)));
    refused(Kind.INVALID, () -> backoffice.charges(filter("", 501)));
  }

  @Test
  @DisplayName("a charge is refunded once, whole; the second time is refused")
  void refundTwice() throws Exception {
    rows.charge(ChargeRow.of(KEY, "REFUND_DUE", now));

    ChargeView refunded =
        backoffice.refundCharge(KEY, Optional.empty(), "bank 1", Optional.empty());

    assertThat(refunded.state()).isEqualTo("refunded");
    assertThat(refunded.refundedMicros()).isEqualTo(200_000L);
    assertThat(refunded.note()).contains("bank 1");
    assertThat(refunded.answerKept()).isFalse();
    refused(
        Kind.REFUSED,
        () -> backoffice.refundCharge(KEY, Optional.empty(), "bank 2", Optional.empty()));
    refused(
        Kind.REFUSED,
        () -> backoffice.refundCharge(KEY, Optional.of(10_000L), "bank 2", Optional.empty()));
    assertThat(backoffice.charge(KEY)).contains(refunded);
    assertThat(backoffice.totals().refundedMicros()).isEqualTo(200_000L);
  }

  @Test
  @DisplayName("of many refunds at once of one charge, and of one payment, one is done")
  void refundTogether() throws Exception {
    rows.charge(ChargeRow.of(KEY, "SETTLED", now));
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 1, now));
    rows.payment(PaymentRow.of("pay_2", "PAID", 1, 1, now).over(7));

    assertThat(together(() -> backoffice.refundCharge(KEY, Optional.empty(), "", Optional.empty())))
        .isOne();
    assertThat(
            together(
                () ->
                    backoffice.refundPayment("pay_1", Optional.of(300_000L), "", Optional.empty())))
        .isOne();
    assertThat(together(() -> backoffice.refundExcess("pay_2", "", Optional.empty()))).isOne();

    assertThat(backoffice.totals().refundedMicros()).isEqualTo(10_000L * (20 + 30 + 7));
  }

  @Test
  @DisplayName("more than was paid is not refunded, nor nothing, nor less than nothing")
  void refundTooMuch() throws Exception {
    rows.charge(ChargeRow.of(KEY, "SETTLED", now));
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 1, now).over(5));

    refused(
        Kind.REFUSED,
        () -> backoffice.refundCharge(KEY, Optional.of(210_000L), "", Optional.empty()));
    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("pay_1", Optional.of(660_000L), "", Optional.empty()));
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
      refused(
          Kind.INVALID,
          () -> backoffice.refundCharge(KEY, Optional.of(wrong), "", Optional.empty()));
      refused(
          Kind.INVALID,
          () -> backoffice.refundPayment("pay_1", Optional.of(wrong), "", Optional.empty()));
    }
    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("pay_1", Optional.of(Long.MAX_VALUE), "", Optional.empty()));
    refused(
        Kind.INVALID,
        () -> backoffice.refundCharge(KEY, Optional.empty(), "x".repeat(401), Optional.empty()));

    assertThat(backoffice.charge(KEY).orElseThrow().state()).isEqualTo("settled");
    assertThat(backoffice.payment("pay_1").orElseThrow().state()).isEqualTo("paid");
    assertThat(backoffice.totals().refundedMicros()).isZero();
  }

  @Test
  @DisplayName("what nobody knows cannot be refunded")
  void refundOfUnknown() {
    refused(
        Kind.NOT_FOUND,
        () -> backoffice.refundCharge("x402:none", Optional.empty(), "", Optional.empty()));
    refused(
        Kind.NOT_FOUND,
        () -> backoffice.refundPayment("pay_none", Optional.empty(), "", Optional.empty()));
    refused(Kind.NOT_FOUND, () -> backoffice.refundExcess("pay_none", "", Optional.empty()));
    refused(Kind.NOT_FOUND, () -> backoffice.markPaid("pay_none", 200_000, "r"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CLAIMED", "ANSWERED", "SETTLING", "UNKNOWN", "RELEASED", "REFUNDED", "CREDITED"})
  @DisplayName("a charge that was not paid, or was made good, or is undecided stays as it is")
  void notRefundable(String state) throws Exception {
    rows.charge(ChargeRow.of(KEY, state, now));

    refused(
        Kind.REFUSED, () -> backoffice.refundCharge(KEY, Optional.empty(), "", Optional.empty()));

    assertThat(backoffice.charge(KEY).orElseThrow().state()).isEqualToIgnoringCase(state);
  }

  @Test
  @DisplayName("a charge that a call is still working for is not refunded under it")
  void refundInFlight() throws Exception {
    rows.charge(ChargeRow.of(KEY, "PAID", now).heldUntil(now + 30));
    rows.payment(PaymentRow.of("pay_1", "PAID", 2, 1, now));
    rows.charge(ChargeRow.of("token:pay_1:1", "CLAIMED", now).with("pay_1"));

    refused(
        Kind.REFUSED, () -> backoffice.refundCharge(KEY, Optional.empty(), "", Optional.empty()));
    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("pay_1", Optional.empty(), "", Optional.empty()));

    clock.advance(java.time.Duration.ofSeconds(30));
    assertThat(backoffice.refundCharge(KEY, Optional.empty(), "", Optional.empty()).state())
        .isEqualTo("refunded");
  }

  @Test
  @DisplayName("a payment is refunded as far as it was not spent, and its token is dead then")
  void refundPayment() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 1, now));
    rows.charge(ChargeRow.of(KEY, "SETTLED", now).buying("pay_1", 60));
    rows.charge(ChargeRow.of("token:pay_1:1", "SETTLED", now).with("pay_1"));

    TokenView refunded =
        backoffice.refundPayment("pay_1", Optional.empty(), "back", Optional.empty());

    assertThat(refunded.state()).isEqualTo("refunded");
    assertThat(refunded.refundedMicros()).isEqualTo(400_000L);
    assertThat(refunded.openMicros()).isZero();
    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("pay_1", Optional.of(10_000L), "", Optional.empty()));
    refused(
        Kind.REFUSED, () -> backoffice.refundCharge(KEY, Optional.empty(), "", Optional.empty()));
    refused(
        Kind.REFUSED,
        () -> backoffice.refundCharge("token:pay_1:1", Optional.empty(), "", Optional.empty()));
    assertThat(backoffice.totals().refundedMicros()).isEqualTo(400_000L);
    assertThat(backoffice.chargesOf("pay_1")).hasSize(2);
  }

  @Test
  @DisplayName("money that came for a payment that was paid otherwise is refunded by its charge")
  void refundOfSecondPayment() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PAID", 1, 0, now).by("manual"));
    rows.charge(ChargeRow.of(KEY, "REFUND_DUE", now).buying("pay_1", 20));

    assertThat(
            backoffice.refundCharge(KEY, Optional.empty(), "", Optional.empty()).refundedMicros())
        .isEqualTo(200_000L);
    assertThat(
            backoffice
                .refundPayment("pay_1", Optional.empty(), "", Optional.empty())
                .refundedMicros())
        .isEqualTo(200_000L);
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(400_000L);
    assertThat(backoffice.totals().refundedMicros()).isEqualTo(400_000L);
  }

  @Test
  @DisplayName("a payment that is spent, or was never paid, is not refunded by itself")
  void nothingToRefund() throws Exception {
    rows.payment(PaymentRow.of("spent", "PAID", 1, 1, now));
    rows.payment(PaymentRow.of("unpaid", "PENDING", 1, 0, now));

    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("spent", Optional.empty(), "", Optional.empty()));
    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("unpaid", Optional.empty(), "", Optional.empty()));
    refused(
        Kind.REFUSED,
        () -> backoffice.refundPayment("unpaid", Optional.of(200_000L), "", Optional.empty()));
    assertThat(
            backoffice
                .refundPayment("spent", Optional.of(200_000L), "sorry", Optional.empty())
                .refundedMicros())
        .isEqualTo(200_000L);
  }

  @Test
  @DisplayName("too little leaves a payment pending")
  void underPaid() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 3, 0, now).by("manual"));

    refused(Kind.REFUSED, () -> backoffice.markPaid("pay_1", 590_000, "wire 1"));

    assertThat(backoffice.payment("pay_1").orElseThrow().state()).isEqualTo("pending");
    assertThat(backoffice.markPaid("pay_1", 600_000, "wire 1").state()).isEqualTo("paid");
  }

  @Test
  @DisplayName("too much is credited once; the rest is owed back and can be, with a good token")
  void overPaid() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 3, 0, now).by("manual"));

    TokenView paid = backoffice.markPaid("pay_1", 750_000, "wire 1");

    assertThat(paid.state()).isEqualTo("paid");
    assertThat(paid.calls()).isEqualTo(3);
    assertThat(paid.excessMicros()).isEqualTo(150_000L);
    assertThat(backoffice.totals().refundDueMicros()).isEqualTo(150_000L);
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(750_000L);
    TokenView back = backoffice.refundExcess("pay_1", "wire 2", Optional.empty());
    assertThat(back.state()).isEqualTo("paid");
    assertThat(back.refundedMicros()).isEqualTo(150_000L);
    assertThat(backoffice.totals().refundDueMicros()).isZero();
    refused(Kind.REFUSED, () -> backoffice.refundExcess("pay_1", "wire 3", Optional.empty()));
    assertThat(
            backoffice
                .refundPayment("pay_1", Optional.empty(), "", Optional.empty())
                .refundedMicros())
        .isEqualTo(750_000L);
  }

  @Test
  @DisplayName("paid twice is credited once: the same again is the same, another is refused")
  void paidTwice() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 1, 0, now).by("manual"));

    TokenView paid = backoffice.markPaid("pay_1", 200_000, "wire 1");
    clock.advance(java.time.Duration.ofSeconds(60));

    assertThat(backoffice.markPaid("pay_1", 200_000, "wire 1")).isEqualTo(paid);
    refused(Kind.REFUSED, () -> backoffice.markPaid("pay_1", 200_000, "wire 2"));
    refused(Kind.REFUSED, () -> backoffice.markPaid("pay_1", 400_000, "wire 1"));
    assertThat(backoffice.payment("pay_1")).contains(paid);
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(200_000L);
  }

  @Test
  @DisplayName("paid after the offer ended, the money is not lost: it is credited, once")
  void paidLate() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 1, 0, now - 100).by("manual").until(now - 1));

    TokenView paid = backoffice.markPaid("pay_1", 200_000, "wire 1");

    assertThat(paid.state()).isEqualTo("paid");
    assertThat(paid.expiresAt()).isEqualTo(now + VALID);
    assertThat(paid.paidAt()).contains(now);
  }

  @Test
  @DisplayName("a transfer pays one payment, however often it is reported and for which")
  void replayed() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 1, 0, now).by("manual"));
    rows.payment(PaymentRow.of("pay_2", "PENDING", 1, 0, now).by("manual"));

    assertThat(together(() -> backoffice.markPaid("pay_1", 200_000, "wire 1"))).isEqualTo(16);
    Objection objection =
        refused(Kind.REFUSED, () -> backoffice.markPaid("pay_2", 200_000, "wire 1"));

    assertThat(objection).hasMessageContaining("pay_1");
    assertThat(backoffice.payment("pay_2").orElseThrow().state()).isEqualTo("pending");
    assertThat(backoffice.totals().receivedMicros()).isEqualTo(200_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "x402, 20, wire, REFUSED",
    "manual, 0, wire, INVALID",
    "manual, -20, wire, INVALID",
    "manual, 20, '', INVALID",
    "manual, 20, '   ', INVALID"
  })
  @DisplayName("what is not paid by hand cannot be marked, nor without amount and reference")
  void forged(String provider, long cents, String reference, Kind kindOfObjection)
      throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PENDING", 1, 0, now).by(provider));

    refused(kindOfObjection, () -> backoffice.markPaid("pay_1", 10_000 * cents, reference));

    assertThat(backoffice.payment("pay_1").orElseThrow().state()).isEqualTo("pending");
  }

  @Test
  @DisplayName("sums are those of the rows: received, refunded, owed, unknown")
  void totals() throws Exception {
    rows.charge(ChargeRow.of("x402:a:b:c:1:1", "SETTLED", now));
    rows.charge(ChargeRow.of("x402:a:b:c:1:2", "REFUND_DUE", now));
    rows.charge(ChargeRow.of("x402:a:b:c:1:3", "UNKNOWN", now));
    rows.charge(ChargeRow.of("x402:a:b:c:1:4", "RELEASED", now));
    rows.charge(ChargeRow.of("x402:a:b:c:1:5", "SETTLED", now).buying("pay_1", 60));
    rows.charge(ChargeRow.of("token:pay_1:1", "SETTLED", now).with("pay_1"));
    rows.charge(ChargeRow.of("token:pay_3:1", "SETTLED", now).with("pay_3"));
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 1, now));
    rows.payment(PaymentRow.of("pay_2", "PAID", 2, 0, now).by("manual").over(3));
    rows.payment(PaymentRow.of("pay_3", "REFUND_DUE", 2, 1, now).by("manual"));

    BackofficeTotals totals = backoffice.totals();

    assertThat(totals.receivedMicros()).isEqualTo(10_000L * (20 + 20 + 60 + 43 + 40));
    assertThat(totals.refundDueMicros()).isEqualTo(10_000L * (20 + 3 + 20));
    assertThat(totals.unknownMicros()).isEqualTo(200_000L);
    assertThat(totals.refundedMicros()).isZero();
    assertThat(totals.charges())
        .containsEntry("settled", new Sum(4, 1_200_000, 800_000))
        .containsEntry("unknown", new Sum(1, 200_000, 0));
    assertThat(totals.payments())
        .containsEntry("paid", new Sum(2, 1_000_000, 1_030_000))
        .containsEntry("refund_due", new Sum(1, 400_000, 400_000));
    assertThat(backoffice.miscounted()).isEmpty();
  }

  private static BackofficeFilter marked(BackofficeFilter.Marks marks) {
    return new BackofficeFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Long.MAX_VALUE,
        100,
        Optional.empty(),
        marks);
  }

  private List<String> found(BackofficeFilter.Marks marks) throws Exception {
    return backoffice.charges(marked(marks)).rows().stream().map(ChargeView::key).toList();
  }

  private static BackofficeFilter.Marks settled(long since, long until) {
    return new BackofficeFilter.Marks(
        Optional.empty(), Optional.empty(), Optional.empty(), since, until);
  }

  @Test
  @DisplayName("What was received stands once: a token's uses add nothing to its purchase")
  void receivedOnce() throws Exception {
    rows.payment(PaymentRow.of("pay_1", "PAID", 3, 2, now));
    rows.charge(ChargeRow.of(KEY, "SETTLED", now).buying("pay_1", 60));
    rows.charge(ChargeRow.of("token:pay_1:1", "SETTLED", now).with("pay_1"));
    rows.charge(ChargeRow.of("token:pay_1:2", "SETTLED", now).with("pay_1"));
    rows.charge(ChargeRow.of(KEY + "2", "SETTLED", now));
    rows.charge(ChargeRow.of(KEY + "3", "UNKNOWN", now));
    rows.charge(ChargeRow.of(KEY + "4", "REFUND_DUE", now));

    List<ChargeView> all = backoffice.charges(BackofficeFilter.everything()).rows();

    assertThat(all.stream().mapToLong(ChargeView::paidMicros).sum())
        .isEqualTo(1_000_000)
        .isEqualTo(backoffice.totals().receivedMicros());
    assertThat(all.stream().map(ChargeView::kind))
        .containsExactlyInAnyOrder("purchase", "use", "use", "call", "call", "call");
  }

  @Test
  @DisplayName("Rows are found by transaction, request, token and the time at which money came")
  void marks() throws Exception {
    String hash = "0x" + "aB".repeat(32);
    rows.charge(ChargeRow.of(KEY, "SETTLED", now - 100).in(hash));
    rows.charge(ChargeRow.of(KEY + "2", "SETTLED", now).in("0x" + "cd".repeat(32)));
    rows.charge(ChargeRow.of(KEY + "3", "UNKNOWN", now));
    rows.charge(ChargeRow.of(KEY + "4", "SETTLED", now - 50).buying("pay_1", 60));
    rows.charge(ChargeRow.of("token:pay_1:1", "SETTLED", now).with("pay_1"));
    Optional<String> none = Optional.empty();

    for (String spelled :
        List.of(hash, hash.toLowerCase(), hash.toUpperCase().replace("0X", "0x"))) {
      assertThat(
              found(
                  new BackofficeFilter.Marks(Optional.of(spelled), none, none, 0, Long.MAX_VALUE)))
          .containsExactly(KEY);
    }
    assertThat(
            found(new BackofficeFilter.Marks(none, none, Optional.of("pay_1"), 0, Long.MAX_VALUE)))
        .containsExactlyInAnyOrder(KEY + "4", "token:pay_1:1");
    assertThat(
            found(new BackofficeFilter.Marks(none, Optional.of("req_1"), none, 0, Long.MAX_VALUE)))
        .hasSize(5);
    assertThat(found(settled(now - 100, now - 49))).containsExactlyInAnyOrder(KEY, KEY + "4");
    assertThat(found(settled(now - 99, Long.MAX_VALUE))).hasSize(3).doesNotContain(KEY);
    assertThat(found(settled(0, now - 100))).isEmpty();
    refused(
        Kind.INVALID,
        () ->
            backoffice.charges(
                marked(
                    new BackofficeFilter.Marks(Optional.of("%"), none, none, 0, Long.MAX_VALUE))));
    refused(
        Kind.INVALID,
        () ->
            backoffice.payments(
                marked(new BackofficeFilter.Marks(none, Optional.of("r"), none, 0, 1))));
  }

  @Test
  @DisplayName("A refund says when and by which transaction")
  void refundTransaction() throws Exception {
    rows.charge(ChargeRow.of(KEY, "REFUND_DUE", now - 100));
    rows.payment(PaymentRow.of("pay_1", "PAID", 1, 0, now - 100).over(5));
    Optional<String> back = Optional.of("0x" + "12".repeat(32));

    refused(
        Kind.INVALID,
        () -> backoffice.refundCharge(KEY, Optional.empty(), "", Optional.of("=cmd()")));
    backoffice.refundExcess("pay_1", "", back);

    assertThat(backoffice.refundCharge(KEY, Optional.empty(), "", back).refund())
        .contains(new Refunded(now, back));
    assertThat(backoffice.payment("pay_1").orElseThrow().refund())
        .contains(new Refunded(now, back));
  }
}
