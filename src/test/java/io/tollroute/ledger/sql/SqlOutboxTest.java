package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeName;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.Decision;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.Outbox.Backlog;
import io.tollroute.ledger.Outbox.Event;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenHash;
import io.tollroute.ledger.TokenProof;
import io.tollroute.sandbox.MutableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("Receivers are told")
class SqlOutboxTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] ANSWER = "answer".getBytes(StandardCharsets.UTF_8);
  private static final String PAYER = "0xPaYeR";
  private static final String HASH = "0x" + "ab".repeat(32);
  private static final String RECEIPT =
      "{\"success\":true,\"transaction\":\"" + HASH + "\",\"payer\":\"" + PAYER + "\"}";
  private static final ChargeTerms FIRST =
      new ChargeTerms(200_000, "USD", true, Optional.empty(), 0);

  private final MutableClock clock = new MutableClock();

  @Parameter private LedgerPlace.Kind kind;
  private Transactions transactions;
  private SqlOutbox outbox;
  private TestBook book;
  private SqlBackoffice backoffice;

  @BeforeEach
  void open() throws Exception {
    transactions = LedgerPlace.emptied(kind);
    outbox = outbox("one");
    book = TestBook.over(transactions, clock, 60, outbox);
    backoffice = new SqlBackoffice(transactions, clock, TestBook.VALID_SECONDS, outbox);
  }

  private SqlOutbox outbox(String process) {
    // whoever has sent in a test before is gone
    clock.advance(Duration.ofHours(1));
    return new SqlOutbox(transactions, clock, "https://shop.example", process);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private Charge begun(PaymentProof proof, ChargeTerms terms) throws Refusal {
    return ((Claim.Begun) book.claim(proof, "request", terms)).charge();
  }

  private Charge begun(String key) throws Refusal {
    return begun(key, ChargeTerms.call(200_000, "USD"));
  }

  private Charge begun(String key, ChargeTerms terms) throws Refusal {
    return begun(TestProof.of(key, now() + 300).by(PAYER), terms);
  }

  private Charge answered(String key) throws Refusal {
    return book.settled(book.keep(begun(key), ANSWER, now() + 300), RECEIPT);
  }

  private List<JsonNode> told() throws Refusal, IOException {
    List<JsonNode> told = new ArrayList<>();
    for (Event event : outbox.take(1000, 60)) {
      JsonNode read = JSON.readTree(event.json());
      assertThat(read.path("id").asText()).isEqualTo(event.id());
      told.add(read);
    }
    return told;
  }

  private List<String> types() throws Refusal, IOException {
    return told().stream()
        .map(event -> event.path("type").asText().replace("io.tollroute.", ""))
        .toList();
  }

  @Test
  @DisplayName("in a CloudEvent what was settled, and not by whom or for what")
  void settled() throws Exception {
    answered("x402:key");

    JsonNode event = told().get(0);

    assertThat(told()).hasSize(1);
    assertThat(event.toString()).doesNotContain(PAYER, "x402:key", "secret", "the seller");
    assertThat(event.path("specversion").asText()).isEqualTo("1.0");
    assertThat(event.path("source").asText()).isEqualTo("https://shop.example");
    assertThat(event.path("type").asText()).isEqualTo("io.tollroute.charge.settled");
    assertThat(event.path("subject").asText()).isEqualTo(ChargeName.of("x402:key"));
    assertThat(event.path("time").asText()).isEqualTo(clock.instant().toString());
    assertThat(event.path("data").toString())
        .isEqualTo(
            ("{'charge':'" + ChargeName.of("x402:key") + "','requestId':'req_1',")
                .concat("'service':'service','surface':'http','kind':'call','method':'test',")
                .concat("'price':'200000','amount':'200000','decimals':6,'currency':'USD',")
                .concat("'outcome':'settled','transaction':'" + HASH + "'}")
                .replace('\'', '"'));
  }

  @Test
  @DisplayName("of a call that was refused with which word, and of no other that was given up")
  void refused() throws Exception {
    book.ledger().refuse(begun("checked"), "provider_timeout", true);
    book.ledger().refuse(begun("unchecked"), "payment_refused", false);
    book.ledger().release(begun("given up"));
    book.ledger().refuse(book.settled(begun("paid", FIRST), RECEIPT), "provider_timeout", true);

    assertThat(told())
        .extracting(event -> event.at("/data/outcome").asText())
        .containsExactly("provider_timeout", "payment_refused", "settled");
    assertThat(told())
        .extracting(event -> event.at("/data/amount").asText())
        .containsExactly("0", "0", "200000");
  }

  @Test
  @DisplayName("that an outcome is not known once, and then what it was")
  void undecided() throws Exception {
    Charge charge = book.keep(begun("one"), ANSWER, now() + 300);
    book.ledger().unknown(charge);
    clock.advance(Duration.ofSeconds(10));
    Charge again = book.recovery().takeStale(8).get(0).charge();
    book.ledger().unknown(again);
    clock.advance(Duration.ofSeconds(60));
    book.settled(book.recovery().takeStale(8).get(0).charge(), RECEIPT);

    assertThat(types()).containsExactly("charge.undecided", "charge.settled");
  }

  @Test
  @DisplayName("what an operator has decided")
  void decided() throws Exception {
    SqlDecisions decisions = new SqlDecisions(transactions, clock, book.ledger(), backoffice, 900);
    for (String key : List.of("paid", "unpaid")) {
      book.ledger().unknown(book.keep(begun(key), ANSWER, now() + 300));
      decisions.decide(
          key,
          new Decision(
              key.equals("paid"), Decision.How.WORD, Optional.empty(), "", "", "bank says so"));
    }

    assertThat(types())
        .containsExactly(
            "charge.undecided", "charge.settled", "charge.undecided", "charge.refused");
  }

  @Test
  @DisplayName("that money is owed, and that it was paid back or a token taken for it")
  void owed() throws Exception {
    for (String key : List.of("refunded", "credited")) {
      book.settled(begun(key, FIRST), RECEIPT);
    }
    clock.advance(Duration.ofSeconds(TestBook.OWE_SECONDS + 61));
    assertThat(book.recovery().dueRefunds()).isEqualTo(2);
    backoffice.refundCharge("refunded", Optional.of(50_000L), "sorry", Optional.of("0xback"));
    book.tokens().credit("credited", token("pay_credit"));

    List<JsonNode> told = told();

    assertThat(types())
        .startsWith("charge.settled", "charge.settled", "charge.owed", "charge.owed")
        .endsWith("charge.refunded", "charge.credited");
    assertThat(told.get(4).at("/data/amount").asText()).isEqualTo("50000");
    assertThat(told.get(4).at("/data/transaction").asText()).isEqualTo("0xback");
    assertThat(told.get(5).at("/data/amount").asText()).isEqualTo("200000");
  }

  @Test
  @DisplayName("of money that came for nothing that it came, and that it is owed")
  void cameForNothing() throws Exception {
    book.ledger().refundDue(begun("one"), RECEIPT, Optional.empty());

    assertThat(types()).containsExactly("charge.settled", "charge.owed");
  }

  private NewToken token(String name) {
    return new NewToken(
        name,
        TokenHash.of(name),
        "service",
        200_000,
        "USD",
        5,
        Optional.empty(),
        "manual",
        Optional.empty(),
        now() + 86_400);
  }

  @Test
  @DisplayName("of an order its money, and of the uses of its token that no more came in")
  void orders() throws Exception {
    book.tokens().create(token("pay_one"), Optional.empty());
    backoffice.markPaid("pay_one", 1_000_000, "transfer 7");
    book.spend(
        begun(TokenProof.of("pay_one"), ChargeTerms.call(200_000, "USD")), ANSWER, now() + 300);
    backoffice.refundPayment("pay_one", Optional.of(300_000L), "", Optional.empty());

    List<JsonNode> told = told();

    assertThat(types()).containsExactly("order.settled", "charge.settled", "order.refunded");
    assertThat(told).extracting(event -> event.at("/data/order").asText()).containsOnly("pay_one");
    assertThat(told)
        .extracting(event -> event.at("/data/amount").asText())
        .containsExactly("1000000", "0", "300000");
    assertThat(told.get(1).at("/data/kind").asText()).isEqualTo("use");
    assertThat(told.toString()).doesNotContain("transfer 7", TokenHash.of("pay_one").hex());
  }

  @Test
  @DisplayName("of a change that is written, and of none that is undone")
  void inOneTransaction() throws Exception {
    assertThatThrownBy(
            () ->
                transactions.commit(
                    statements -> {
                      book.ledger()
                          .settled(
                              statements, begunIn(statements), RECEIPT, 0, 60, Optional.empty());
                      throw new SQLException("the disk is gone");
                    }))
        .isInstanceOf(Refusal.class);

    assertThat(told()).isEmpty();
  }

  private static Charge begunIn(Statements statements) throws SQLException {
    statements.update(
        "INSERT INTO charge (proof_key, service, fingerprint, request_id, state, fence,"
            + " lease_until, keep_until, created_at, updated_at)"
            + " VALUES ('one', 'service', '', '', 'SETTLING', 1, 0, 0, 0, 0)");
    return new Charge("one", 1, Charge.State.SETTLING);
  }

  @Test
  @DisplayName("everything until it is said to be sent, the oldest first, with the same ids")
  void untilSent() throws Exception {
    answered("one");
    answered("two");
    book.settled(begun("three", FIRST), RECEIPT);
    List<Event> first = outbox.take(2, 60);

    assertThat(outbox.take(2, 60)).isEqualTo(first);
    outbox.sent(first);

    assertThat(told())
        .extracting(event -> event.path("subject").asText())
        .containsExactly(ChargeName.of("three"));
  }

  @Test
  @DisplayName("by one process at a time, and by another when that one is gone")
  void oneSends() throws Exception {
    SqlOutbox other = new SqlOutbox(transactions, clock, "https://shop.example", "another");
    answered("one");
    assertThat(outbox.take(10, 60)).hasSize(1);

    assertThat(other.take(10, 60)).isEmpty();
    clock.advance(Duration.ofSeconds(30));
    assertThat(outbox.take(10, 60)).hasSize(1);
    clock.advance(Duration.ofSeconds(59));
    assertThat(other.take(10, 60)).isEmpty();
    clock.advance(Duration.ofSeconds(1));

    assertThat(other.take(10, 60)).hasSize(1);
    assertThat(outbox.take(10, 60)).isEmpty();
  }

  @Test
  @DisplayName("how much waits and for how long; refusals are left out of too much, money never")
  void backlog() throws Exception {
    assertThat(outbox.backlog()).isEqualTo(new Backlog(0, 0));
    answered("one");
    clock.advance(Duration.ofSeconds(7));
    transactions.commit(
        statements ->
            IntStream.rangeClosed(2, 3)
                .map(number -> insert(statements, number, number * SqlOutbox.MOST_WITH_REFUSALS))
                .sum());
    assertThat(outbox.backlog()).isEqualTo(new Backlog(3, 7));

    book.ledger().refuse(begun("refused"), "provider_timeout", true);
    assertThat(outbox.leftOut()).isOne();
    answered("two");

    assertThat(outbox.backlog()).isEqualTo(new Backlog(4, 7));
  }

  private static int insert(Statements statements, int id, long number) {
    try {
      return statements.update(
          "INSERT INTO event (id, number, written_at, body) VALUES (?, ?, 0, '{}')",
          Integer.toString(id),
          number);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
