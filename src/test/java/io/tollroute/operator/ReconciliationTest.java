package io.tollroute.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.chain.ChainNode;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.sql.BackofficeRows;
import io.tollroute.ledger.sql.BackofficeRows.ChargeRow;
import io.tollroute.ledger.sql.BackofficeRows.PaymentRow;
import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.ledger.sql.SqlBackoffice;
import io.tollroute.ledger.sql.Transactions;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.x402.X402Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconciliationTest {

  private static final String NETWORK = "eip155:8453";
  private static final String ASSET = "0xA55e700000000000000000000000000000000001";
  private static final String PAY_TO = "0x5E11e20000000000000000000000000000000002";
  private static final String PAYER = "0x9a7e200000000000000000000000000000000003";
  private static final String OTHER = "0x07be200000000000000000000000000000000004";
  private static final X402Settings SETTINGS =
      new X402Settings(
          NETWORK,
          PAY_TO,
          ASSET,
          "USDC",
          "2",
          6,
          300,
          100,
          "http://localhost",
          "Test",
          Optional.empty());

  @TempDir private Path folder;

  private final MutableClock clock = new MutableClock();
  private final long now = clock.instant().getEpochSecond();
  private final long then = now - 1000;
  private final List<BookedTransfer> record = new ArrayList<>();
  private Transactions transactions;
  private BackofficeRows ledger;
  private SqlBackoffice backoffice;

  @BeforeEach
  void open() throws Exception {
    transactions =
        new LedgerDatabase("jdbc:sqlite:" + folder.resolve("ledger.db")).transactions(1, 5_000);
    ledger = new BackofficeRows(transactions);
    backoffice = new SqlBackoffice(transactions, clock, 1000);
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  private static String nonce(int number) {
    return "0x" + String.format("%064x", number);
  }

  private static String hash(int number) {
    return "0x" + String.format("%064x", 0xABC000 + number);
  }

  private static String key(int number) {
    return String.join(":", "x402", NETWORK, ASSET, PAYER, nonce(number)).toLowerCase(Locale.ROOT);
  }

  private ChargeRow charge(int number, String state) {
    return ChargeRow.of(key(number), state, then).in(hash(number));
  }

  private static BookedTransfer settlement(int number) {
    return new BookedTransfer(NETWORK, ASSET, PAYER, nonce(number), "200000", PAY_TO, hash(number));
  }

  /** A sale on which everybody agrees. */
  private void sale(int number) throws Exception {
    ledger.charge(charge(number, "SETTLED"));
    record.add(settlement(number));
  }

  private Reconciliation.Report reconcile() throws Exception {
    return reconcile(0);
  }

  private Reconciliation.Report reconcile(long since) throws Exception {
    BookedTransfers theirs = new BookedTransfers("facilitator", record, since, now);
    return Reconciliation.of(backoffice, List.of(new Books(theirs, PAY_TO, now)), now);
  }

  private static List<String> found(Reconciliation.Report report) {
    return report.differences().stream()
        .map(d -> d.kind() + " " + d.charge().or(d::payment).orElse(d.found()))
        .toList();
  }

  @Test
  @DisplayName("books that agree have no difference")
  void agree() throws Exception {
    for (int i = 1; i <= 1100; i++) {
      sale(i);
    }
    ledger.charge(charge(2001, "RELEASED"));
    ledger.charge(charge(2002, "ANSWERED"));
    ledger.charge(charge(2003, "CLAIMED").heldUntil(now + 10));
    ledger.charge(charge(2004, "SETTLING").heldUntil(now + 10));
    ledger.charge(charge(2005, "PAID").heldUntil(now + 10));
    record.add(settlement(2004));
    record.add(settlement(2005));
    ledger.charge(charge(2006, "REFUNDED"));
    record.add(settlement(2006));
    ledger.payment(PaymentRow.of("pay_1", "PAID", 3, 1, then));
    ledger.charge(charge(2007, "SETTLED").buying("pay_1", 60));
    ledger.charge(ChargeRow.of("token:pay_1:1", "SETTLED", then).with("pay_1"));
    ledger.charge(ChargeRow.of("token:pay_1:2", "RELEASED", then).with("pay_1"));
    record.add(settlement(2007));
    ledger.charge(charge(2008, "CREDITED"));
    record.add(settlement(2008));
    ledger.payment(PaymentRow.of("pay_2", "PAID", 1, 0, then).by("credit").crediting(key(2008)));
    ledger.payment(PaymentRow.of("pay_3", "PAID", 1, 0, then).by("manual"));
    ledger.payment(PaymentRow.of("pay_4", "PENDING", 1, 0, then));
    // of another seller, in the same export
    record.add(new BookedTransfer(NETWORK, ASSET, OTHER, nonce(3000), "1", OTHER, hash(3000)));

    Reconciliation.Report report = reconcile();

    assertThat(found(report)).isEmpty();
    assertThat(report.charges()).isEqualTo(1100 + 10);
    assertThat(report.payments()).isEqualTo(4);
  }

  @Test
  @DisplayName("every planted difference is found, each by its kind, and nothing else")
  void planted() throws Exception {
    for (int i = 1; i <= 20; i++) {
      sale(i);
    }
    // settled here, not there: a transaction that was reverted
    ledger.charge(charge(100, "SETTLED"));
    // there, and nobody here knows it
    record.add(settlement(101));
    // there, and here not settled
    ledger.charge(charge(102, "RELEASED"));
    record.add(settlement(102));
    ledger.charge(charge(103, "ANSWERED"));
    record.add(settlement(103));
    // another amount, payer, receiver, transaction, network
    ledger.charge(charge(104, "SETTLED").moving("300000"));
    record.add(settlement(104));
    ledger.charge(charge(105, "SETTLED"));
    record.add(new BookedTransfer(NETWORK, ASSET, OTHER, nonce(105), "200000", PAY_TO, hash(105)));
    ledger.charge(charge(106, "SETTLED"));
    record.add(new BookedTransfer(NETWORK, ASSET, PAYER, nonce(106), "200000", OTHER, hash(106)));
    ledger.charge(charge(107, "SETTLED"));
    record.add(new BookedTransfer(NETWORK, ASSET, PAYER, nonce(107), "200000", PAY_TO, hash(999)));
    ledger.charge(charge(108, "SETTLED"));
    record.add(
        new BookedTransfer("eip155:1", ASSET, PAYER, nonce(108), "200000", PAY_TO, hash(108)));
    // settled twice
    sale(109);
    record.add(new BookedTransfer(NETWORK, ASSET, PAYER, nonce(109), "200000", PAY_TO, hash(998)));
    // open ends
    ledger.charge(charge(110, "UNKNOWN"));
    ledger.charge(charge(111, "REFUND_DUE"));
    record.add(settlement(111));
    ledger.charge(charge(112, "SETTLING"));
    ledger.charge(charge(113, "PAID"));
    record.add(settlement(113));
    // payments that do not add up
    ledger.payment(PaymentRow.of("pay_uses", "PAID", 3, 2, then).by("manual"));
    ledger.charge(ChargeRow.of("token:pay_uses:1", "SETTLED", then).with("pay_uses"));
    ledger.payment(PaymentRow.of("pay_more", "PAID", 3, 0, then).by("manual"));
    ledger.charge(ChargeRow.of("token:pay_more:1", "SETTLED", then).with("pay_more"));
    ledger.payment(PaymentRow.of("pay_free", "PAID", 1, 0, then));
    ledger.payment(PaymentRow.of("pay_stuck", "PENDING", 1, 0, then));
    ledger.charge(charge(114, "SETTLED").buying("pay_stuck", 20));
    record.add(settlement(114));
    ledger.payment(PaymentRow.of("pay_cheap", "PAID", 3, 0, then));
    ledger.charge(charge(115, "SETTLED").buying("pay_cheap", 20));
    record.add(settlement(115));
    ledger.charge(charge(116, "SETTLED").buying("pay_gone", 20));
    record.add(settlement(116));
    ledger.charge(charge(117, "CREDITED"));
    record.add(settlement(117));
    ledger.payment(PaymentRow.of("pay_credit", "PAID", 1, 0, then).crediting(key(1)));
    ledger.payment(PaymentRow.of("pay_due", "REFUND_DUE", 1, 0, then).by("manual"));
    ledger.payment(PaymentRow.of("pay_excess", "PAID", 1, 0, then).by("manual").over(4));

    Reconciliation.Report report = reconcile();

    assertThat(found(report))
        .containsExactlyInAnyOrder(
            "missing " + key(100),
            "orphan " + key(101),
            "orphan " + key(102),
            "orphan " + key(103),
            "amount " + key(104),
            "payer " + key(105),
            "receiver " + key(106),
            "transaction " + key(107),
            "transfer " + key(108),
            "twice " + key(109),
            "unknown " + key(110),
            "refund_due " + key(111),
            "unfinished " + key(112),
            "unfinished " + key(113),
            "uses pay_uses",
            "uses pay_more",
            "unpaid pay_free",
            "not_credited pay_stuck",
            "price pay_cheap",
            "payment_missing " + key(116),
            "credit_missing " + key(117),
            "credit pay_credit",
            "refund_due pay_due",
            "excess pay_excess");
    assertThat(report.differences())
        .filteredOn(d -> List.of("missing", "unknown", "refund_due", "excess").contains(d.kind()))
        .hasSize(5)
        .allSatisfy(d -> assertThat(d.ageSeconds()).contains(1000L));
  }

  @Test
  @DisplayName("a record that is empty, or a ledger that is, differs in every row")
  void nothingOnOneSide() throws Exception {
    for (int i = 1; i <= 600; i++) {
      ledger.charge(charge(i, "SETTLED"));
      record.add(settlement(i + 10_000));
    }

    assertThat(reconcile().differences().stream().map(Difference::kind))
        .hasSize(1200)
        .areExactly(600, new org.assertj.core.api.Condition<>("missing"::equals, "missing"))
        .areExactly(600, new org.assertj.core.api.Condition<>("orphan"::equals, "orphan"));
  }

  @Test
  @DisplayName("What was settled before the record begins need not be in it")
  void since() throws Exception {
    ledger.charge(charge(1, "SETTLED"));

    assertThat(reconcile(then + 1).differences()).isEmpty();
    assertThat(found(reconcile(then))).containsExactly("missing " + key(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "\"x\"",
        "{}",
        "{\"settlements\":{}}",
        "[1]",
        "[{}]",
        "[{\"payer\":\"0x1\"}]",
        "{\"since\":\"yesterday\",\"settlements\":[]}"
      })
  @DisplayName("A record that is none is an error and not an empty record")
  void unreadable(String text) throws Exception {
    JsonNode document = new JsonMapper().readTree(text);

    Objection objection =
        catchThrowableOfType(
            Objection.class, () -> BookedTransfers.read("facilitator", document, 0, now));

    assertThat(objection).isNotNull();
    assertThat(objection.kind()).isEqualTo(Objection.Kind.INVALID);
  }

  /** A chain with a block every two seconds, which answers as a node does. */
  private final class Chain implements ChainNode {

    private static final String USED =
        "0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5";
    private static final String TRANSFER =
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

    private final JsonMapper json = new JsonMapper();
    private final long newest = 30_000_000;
    private final List<ObjectNode> logs = new ArrayList<>();
    private int questions;

    long timeOf(long block) {
      return now - 2 * (newest - block);
    }

    void log(long block, int transaction, int index, String data, String... topics) {
      ObjectNode log = json.createObjectNode().put("address", ASSET.toLowerCase(Locale.ROOT));
      log.put("data", data).put("transactionHash", hash(transaction));
      log.put("blockNumber", "0x" + Long.toHexString(block));
      log.put("logIndex", "0x" + Integer.toHexString(index));
      ArrayNode list = log.putArray("topics");
      List.of(topics).forEach(list::add);
      logs.add(log);
    }

    void paid(long block, int number, int index) {
      log(block, number, index, "0x", USED, topic(PAYER), nonce(number));
      log(
          block,
          number,
          index + 1,
          "0x" + String.format("%064x", 200000),
          TRANSFER,
          topic(PAYER),
          topic(PAY_TO));
    }

    private String topic(String address) {
      return "0x" + "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
    }

    @Override
    public JsonNode ask(String method, ArrayNode parameters) {
      questions++;
      if (method.equals("eth_chainId")) {
        return json.getNodeFactory().textNode("0x2105");
      }
      if (method.equals("eth_getBlockByNumber")) {
        String name = parameters.get(0).asText();
        long block = name.equals("latest") ? newest : Long.decode(name);
        return json.createObjectNode()
            .put("number", "0x" + Long.toHexString(block))
            .put("timestamp", "0x" + Long.toHexString(timeOf(block)));
      }
      JsonNode filter = parameters.get(0);
      long from = Long.decode(filter.path("fromBlock").asText());
      long to = Long.decode(filter.path("toBlock").asText());
      assertThat(to - from).isBetween(0L, 9_999L);
      ArrayNode found = json.createArrayNode();
      logs.stream()
          .filter(log -> Long.decode(log.path("blockNumber").asText()) >= from)
          .filter(log -> Long.decode(log.path("blockNumber").asText()) <= to)
          .filter(log -> fits(filter.path("topics"), log.path("topics")))
          .forEach(found::add);
      return found;
    }

    private boolean fits(JsonNode wanted, JsonNode topics) {
      for (int i = 0; i < wanted.size(); i++) {
        JsonNode want = wanted.get(i);
        String topic = topics.path(i).asText();
        boolean fits = want.isNull() || want.asText().equals(topic);
        for (JsonNode choice : want) {
          fits |= choice.asText().equals(topic);
        }
        if (!fits) {
          return false;
        }
      }
      return true;
    }
  }

  @Test
  @DisplayName("a settlement that the chain does not have (any more) is found by its charge")
  void reverted() throws Exception {
    Chain chain = new Chain();
    long block = chain.newest - 500;
    ledger.charge(charge(1, "SETTLED"));
    ledger.charge(charge(2, "SETTLED"));
    ledger.charge(charge(3, "SETTLED"));
    chain.paid(block, 1, 4);
    chain.paid(block, 3, 8);
    // a transfer without an authorization, and one to somebody else
    chain.log(
        block,
        50,
        1,
        "0x" + String.format("%064x", 7),
        Chain.TRANSFER,
        chain.topic(OTHER),
        chain.topic(PAY_TO));
    chain.log(
        block,
        51,
        1,
        "0x" + String.format("%064x", 7),
        Chain.TRANSFER,
        chain.topic(PAYER),
        chain.topic(OTHER));
    // an authorization that is not the transfer's
    chain.log(block, 50, 2, "0x", Chain.USED, chain.topic(OTHER), nonce(50));

    BookedTransfers theirs = new ChainTransfers(SETTINGS, chain, clock).since(now - 24 * 3600);
    Reconciliation.Report report =
        Reconciliation.of(backoffice, List.of(new Books(theirs, PAY_TO, now)), now);

    assertThat(theirs.rows()).hasSize(3);
    assertThat(found(report))
        .containsExactlyInAnyOrder(
            "missing " + key(2),
            "orphan 7 from " + OTHER.toLowerCase(Locale.ROOT) + " in " + hash(50));
    assertThat(report.differences()).allMatch(d -> d.source().equals("chain"));
    assertThat(chain.questions).as("a day is asked for in few questions").isLessThan(50);
  }

  @Test
  @DisplayName("What is younger than a chain's memory is not missed yet")
  void young() throws Exception {
    Chain chain = new Chain();
    ledger.charge(ChargeRow.of(key(1), "SETTLED", now - 30).in(hash(1)));

    BookedTransfers theirs = new ChainTransfers(SETTINGS, chain, clock).since(now - 3600);

    assertThat(
            Reconciliation.of(backoffice, List.of(new Books(theirs, PAY_TO, now)), now)
                .differences())
        .isEmpty();
  }
}
