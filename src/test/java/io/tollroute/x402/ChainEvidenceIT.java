package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.Books;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Hash;

/** The facilitator says that the authorization is used up, and the chain is asked who was paid. */
class ChainEvidenceIT {

  private static final String USED = topicOf("AuthorizationUsed(address,bytes32)");
  private static final String CANCELED = topicOf("AuthorizationCanceled(address,bytes32)");
  private static final String TRANSFER = topicOf("Transfer(address,address,uint256)");
  private static final String STRANGER = "0x00000000000000000000000000000000000000aa";
  private static final String PRICE = word(200_000);

  private static ChainNode node;
  private static Shop shop;
  private static TokenBuyer books;

  @TempDir private Path folder;

  private ObjectNode payment;
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    node = new ChainNode();
    shop = Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", node.url()));
    books = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    node.close();
  }

  @BeforeEach
  void pay() throws Exception {
    payment = shop.payment();
    before = shop.takeStock();
    shop.facilitator().on("settle", refusing("invalid_exact_evm_nonce_already_used"));
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Test
  @DisplayName("it paid us: 200, with the transaction of the chain as the receipt")
  void paid() throws Exception {
    node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);

    HttpResponse<String> answer = buy();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode receipt = receipt(answer);
    assertThat(receipt.path("success").asBoolean()).isTrue();
    assertThat(receipt.path("transaction").asText()).isEqualTo(ChainNode.hash());
    assertThat(receipt.path("network").asText()).isEqualTo(SandboxChain.NETWORK);
    assertThat(buy().headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertThat(shop.since(before).settleCalls()).isEqualTo(1);
  }

  @Test
  @DisplayName("it asks for this token, this payer, this nonce and nobody else's")
  void questions() throws Exception {
    node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);

    buy();

    assertThat(node.questions())
        .extracting(question -> question.path("method").asText())
        .containsExactly(
            "eth_chainId",
            "eth_getBlockByNumber",
            "eth_getLogs",
            "eth_getTransactionReceipt",
            "eth_chainId",
            "eth_chainId");
    JsonNode filter = node.questions().get(2).at("/params/0");
    assertThat(filter.path("address").asText()).isEqualToIgnoringCase(SandboxChain.ASSET);
    assertThat(filter.path("fromBlock").asText())
        .isEqualTo("0x" + Integer.toHexString(0x5001 - 9_000));
    assertThat(filter.path("toBlock").asText()).isEqualTo("0x5000");
    assertThat(filter.at("/topics/1").asText()).isEqualTo(topic(payer(payment)));
    assertThat(filter.at("/topics/2").asText()).isEqualTo(nonce(payment));
  }

  @Test
  @DisplayName("the payer has cancelled it: 402, nobody was paid")
  void cancelled() throws Exception {
    node.knows(List.of(asset("0x", CANCELED, topic(payer(payment)), nonce(payment))), now(), true);

    assertNotPaid(buy());
  }

  @Test
  @DisplayName("it paid somebody else: 402")
  void paid_somebody_else() throws Exception {
    node.knows(List.of(used(payment), transfer(STRANGER, PRICE)), now(), true);

    assertNotPaid(buy());
  }

  @Test
  @DisplayName("it paid us another amount: 402")
  void paid_less() throws Exception {
    node.knows(List.of(used(payment), transfer(payTo(), word(199_999))), now(), true);

    assertNotPaid(buy());
  }

  @Test
  @DisplayName("another token paid us: 402")
  void paid_in_another_token() throws Exception {
    node.knows(
        List.of(
            used(payment),
            node.log(STRANGER, PRICE, TRANSFER, topic(payer(payment)), topic(payTo()))),
        now(),
        true);

    assertNotPaid(buy());
  }

  @Test
  @DisplayName("one transfer in a batch does not pay for two authorizations: not delivered")
  void batch() throws Exception {
    ObjectNode other = shop.payment();
    node.knows(
        List.of(used(other), transfer(payTo(), PRICE), used(payment), transfer(STRANGER, PRICE)),
        now(),
        true);

    HttpResponse<String> answer = buy();

    assertUnknown(answer);
  }

  @Test
  @DisplayName("logs of other contracts between the two do not matter")
  void between() throws Exception {
    node.knows(
        List.of(used(payment), node.log(STRANGER, "0x", TRANSFER), transfer(payTo(), PRICE)),
        now(),
        true);

    assertThat(buy().statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("the chain shows nothing while it can still be used: 503 unknown, not 402")
  void absent() throws Exception {
    node.knows(List.of(), now(), false);

    assertUnknown(buy());
  }

  @Test
  @DisplayName("the chain shows nothing and its time is over: 402, not charged")
  void absent_and_expired() throws Exception {
    node.knows(List.of(), now(), false);
    assertUnknown(buy());
    node.knows(List.of(), validBefore() + 61, false);

    assertNotPaid(buy());

    JsonNode question =
        node.questions().stream()
            .filter(asked -> asked.path("method").asText().equals("eth_call"))
            .findFirst()
            .orElseThrow();
    assertThat(question.at("/params/0/to").asText()).isEqualToIgnoringCase(SandboxChain.ASSET);
    assertThat(question.at("/params/0/data").asText())
        .isEqualTo(
            topicOf("authorizationState(address,bytes32)").substring(0, 10)
                + topic(payer(payment)).substring(2)
                + nonce(payment).substring(2));
    assertThat(question.at("/params/1").asText()).isEqualTo("0x5000");
  }

  @Test
  @DisplayName("the chain's own time counts, not ours: just over is not over yet")
  void just_expired() throws Exception {
    node.knows(List.of(), validBefore() + 1, false);

    assertUnknown(buy());
  }

  @Test
  @DisplayName("nothing among the searched blocks but used before them: 503 unknown, not 402")
  void used_long_ago() throws Exception {
    node.knows(List.of(), validBefore() + 61, true);

    assertUnknown(buy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | <html>down</html>",
        "200 | {}",
        "200 | {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,\"message\":\"limit\"}}",
        "200 | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}",
        "200 | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x10\"}",
        "200 | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}",
        "200 | {\"result\":{\"number\":\"0x1\",\"timestamp\":\"soon\"}}",
        "200 | {\"result\":{\"number\":\"-1\",\"timestamp\":\"0x1\"}}",
        "429 | slow down",
        "500 | ''"
      })
  @DisplayName("the node talks nonsense: 503 unknown")
  void nonsense(int status, String body) throws Exception {
    node.answers(status, body);

    assertUnknown(buy());
  }

  @Test
  @DisplayName("the node is down: 503 unknown; when it is back, the same payment gets its answer")
  void down() throws Exception {
    ChainNode gone = new ChainNode();
    String url = gone.url();
    gone.close();
    try (Shop other = Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", url))) {
      ObjectNode paid = other.payment();
      other.facilitator().on("settle", refusing("duplicate_settlement"));

      assertUnknown(other.buy(Shop.encode(paid)));

      other.facilitator().behave();
      assertThat(other.buy(Shop.encode(paid)).statusCode()).isEqualTo(200);
      assertThat(other.upstreamCalls()).isEqualTo(1);
    }
  }

  static Stream<Arguments> failuresThatSayNothing() {
    return Stream.of(
        argumentSet("called failed", refusing("transaction_failed")),
        argumentSet("an unexpected error", refusing("unexpected_settle_error")),
        argumentSet("no simulation", refusing("invalid_exact_evm_transaction_simulation_failed")),
        argumentSet("a failure with 500", failing(500, "transaction_failed", "")),
        argumentSet("a refusal with a hash", failing(200, "insufficient_funds", ChainNode.hash())),
        argumentSet(
            "a failure and no more", FaultyFacilitator.answering(200, "{\"success\":false}")));
  }

  @ParameterizedTest
  @MethodSource("failuresThatSayNothing")
  @DisplayName("what the facilitator leaves open the chain decides at once: paid is 200")
  void leftOpenAndPaid(FaultyFacilitator.Fault fault) throws Exception {
    shop.facilitator().on("settle", fault);
    node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);

    HttpResponse<String> answer = buy();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(receipt(answer).path("transaction").asText()).isEqualTo(ChainNode.hash());
    assertThat(books.charge(payment).path("state").asText()).isEqualTo("settled");
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("failuresThatSayNothing")
  @DisplayName("what the facilitator leaves open is unknown until the chain's time is over")
  void leftOpenAndUnpaid(FaultyFacilitator.Fault fault) throws Exception {
    shop.facilitator().on("settle", fault);
    node.knows(List.of(), now(), false);
    assertUnknown(buy());
    assertThat(books.charge(payment).path("state").asText()).isEqualTo("unknown");

    node.knows(List.of(), validBefore() + 61, false);
    assertNotPaid(buy());
    assertThat(books.charge(payment).path("state").asText()).isEqualTo("answered");
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hanging up", "HTML", "a lie", "away"})
  @DisplayName("a facilitator that never says anything again: the reconciler asks the chain")
  void silentForEver(String how) throws Exception {
    try (Shop reconciling =
        Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", node.url(), "TOLLROUTE_RECONCILE_MS", "100"))) {
      TokenBuyer itsBooks = new TokenBuyer(reconciling);
      reconciling.facilitator().keepNoConnections();
      node.knows(List.of(), now(), false);
      payment = reconciling.payment();
      reconciling
          .facilitator()
          .on(
              "settle",
              switch (how) {
                case "HTML" -> FaultyFacilitator.workingThenAnswering(502, "<html>");
                case "a lie" ->
                    FaultyFacilitator.workingThenAnswering(
                        200, "{\"success\":true,\"transaction\":\"0x1\",\"network\":\"eip155:1\"}");
                default -> FaultyFacilitator.losingTheAnswer();
              });
      assertUnknown(reconciling.buy(Shop.encode(payment)));
      if (how.equals("away")) {
        reconciling.facilitator().goAway();
      }

      node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
      reconciling.advance(Duration.ofSeconds(6));
      Shop.await(() -> itsBooks.charge(payment).path("state").asText().equals("settled"));
      HttpResponse<String> late = reconciling.buy(Shop.encode(payment));

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(receipt(late).path("transaction").asText()).isEqualTo(ChainNode.hash());
      assertThat(reconciling.upstreamCalls()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("paid before the work: what the facilitator leaves open the chain decides")
  void leftOpenBeforeTheWork() throws Exception {
    try (Shop first =
        Shop.open(Map.of("TOLLROUTE_X402_RPC_URL", node.url(), "TOLLROUTE_X402_SETTLE", "first"))) {
      payment = first.payment();
      first.facilitator().on("settle", refusing("unexpected_settle_error"));
      node.knows(List.of(), now(), false);
      HttpResponse<String> open = first.buy(Shop.encode(payment));
      assertUnknown(open);
      assertThat(first.upstreamCalls()).isZero();

      node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
      HttpResponse<String> answer = first.buy(Shop.encode(payment));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(first.upstreamCalls()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a settlement in doubt that is then refused is decided by the chain: 200")
  void refused_in_doubt() throws Exception {
    node.knows(List.of(), now(), false);
    shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
    assertUnknown(buy());
    node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
    shop.facilitator().on("settle", refusing("invalid_exact_evm_insufficient_balance"));

    HttpResponse<String> answer = buy();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(shop.since(before).income()).isEqualTo(200_000);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"true, settled", "false, answered"})
  @DisplayName("left unknown without a node, it is decided when a node is there days later")
  void days_later(boolean paid, String state) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    settings.put("TOLLROUTE_PUBLIC_URL", "http://shop.test");
    try (Shop before = Shop.open(settings)) {
      payment = before.payment();
      before.facilitator().on("settle", FaultyFacilitator.hangingUp());
      assertUnknown(before.buy(Shop.encode(payment)));
    }
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(3));
    long now = later.instant().getEpochSecond();
    node.knows(paid ? List.of(used(payment), transfer(payTo(), PRICE)) : List.of(), now, paid);
    node.longAgo(now - 3 * 24 * 3600, 30_000_000);
    node.looksThrough(500);
    settings.put("TOLLROUTE_X402_RPC_URL", node.url());
    settings.put("TOLLROUTE_RECONCILE_MS", "100");

    try (Shop after = Shop.open(settings, later)) {
      TokenBuyer books = new TokenBuyer(after);
      Shop.await(() -> books.charge(payment).path("state").asText().equals(state));
      HttpResponse<String> again = after.buy(Shop.encode(payment));

      assertThat(again.statusCode()).as(again.body()).isEqualTo(paid ? 200 : 402);
      assertThat(books.charge(payment).at("/receipt/transaction").asText())
          .isEqualTo(paid ? ChainNode.hash() : "");
      assertThat(after.upstreamCalls()).isZero();
    }
  }

  @Nested
  @DisplayName("a payment that is used up before it comes to us")
  class Preempted {

    @BeforeEach
    void usedUp() {
      shop.facilitator().behave();
      shop.facilitator().on("verify", invalid("invalid_exact_evm_nonce_already_used"));
    }

    @Test
    @DisplayName("it paid us: no answer to whoever shows it, the money is owed to its payer")
    void owed() throws Exception {
      node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);

      HttpResponse<String> answer = buy();
      shop.facilitator().behave();
      HttpResponse<String> again = buy();
      HttpResponse<String> other = shop.buy(Shop.encode(payment), Shop.magic("/other.jpg"));

      for (HttpResponse<String> owed : List.of(answer, again, other)) {
        assertThat(owed.statusCode()).as(owed.body()).isEqualTo(409);
        assertThat(Shop.json(owed).path("error").asText()).isEqualTo("refund_due");
        assertThat(Shop.json(owed).path("charged").asText()).isEqualTo("yes");
        assertThat(owed.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
      }
      assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 0, 0, 0));
    }

    @Test
    @DisplayName("its payer takes a token for it, good for one call; a stranger does not")
    void credited() throws Exception {
      node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
      assertThat(buy().statusCode()).isEqualTo(409);

      HttpResponse<String> stranger = credit(SandboxWallet.empty(Clock.systemUTC()));
      HttpResponse<String> credited = credit(shop.wallet());
      String token = Shop.json(credited).path("token").asText();
      HttpResponse<String> used = shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", token);
      HttpResponse<String> second =
          shop.post(Shop.SERVICE, Shop.magic("/b.jpg"), "X-Payment-Token", token);

      assertThat(stranger.statusCode()).as(stranger.body()).isEqualTo(403);
      assertThat(credited.statusCode()).as(credited.body()).isEqualTo(201);
      assertThat(used.statusCode()).as(used.body()).isEqualTo(200);
      assertThat(second.statusCode()).isEqualTo(402);
      assertThat(Shop.json(buy()).path("error").asText()).isEqualTo("credited");
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 0, 0, 0));
    }

    @Test
    @DisplayName("what was to buy a token for three calls is owed as three calls")
    void boughtAtOnce() throws Exception {
      String order = "{\"serviceId\":\"masked-face-comparison\",\"calls\":3}";
      JsonNode offered = Shop.json(shop.post("/api/payments", order));
      ObjectNode terms = (ObjectNode) offered.deepCopy();
      terms.withObject("/resource").put("url", shop.base() + "/api/payments");
      payment = shop.wallet().sign(terms, terms.at("/accepts/0"));
      node.knows(List.of(used(payment), transfer(payTo(), word(600_000))), now(), true);

      HttpResponse<String> answer =
          shop.post("/api/payments", order, "PAYMENT-SIGNATURE", Shop.encode(payment));
      JsonNode credited = Shop.json(credit(shop.wallet()));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("refund_due");
      assertThat(answer.body()).doesNotContain("tok_");
      assertThat(credited.path("remainingCalls").asInt()).isEqualTo(3);
      assertThat(credited.path("serviceId").asText()).isEqualTo("masked-face-comparison");
      assertThat(
              shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", credited.path("token").asText())
                  .statusCode())
          .isEqualTo(200);
      assertThat(shop.since(before).settled()).isZero();
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }

    @Test
    @DisplayName("what was to pay an order is owed with its calls, and the order stays unpaid")
    void ordered() throws Exception {
      JsonNode ordered =
          Shop.json(
              shop.post("/api/payments", "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}"));
      String pay = "/api/payments/" + ordered.path("paymentId").asText() + "/pay";
      payment = shop.wallet().sign((ObjectNode) ordered, ordered.at("/accepts/0"));
      node.knows(List.of(used(payment), transfer(payTo(), word(400_000))), now(), true);

      HttpResponse<String> answer = shop.post(pay, "", "PAYMENT-SIGNATURE", Shop.encode(payment));
      shop.facilitator().behave();
      HttpResponse<String> paidAnew =
          shop.post(
              pay,
              "",
              "PAYMENT-SIGNATURE",
              Shop.encode(shop.wallet().sign((ObjectNode) ordered, ordered.at("/accepts/0"))));

      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("refund_due");
      assertThat(paidAnew.statusCode()).as(paidAnew.body()).isEqualTo(409);
      assertThat(Shop.json(paidAnew).path("error").asText()).isEqualTo("payment_not_payable");
      assertThat(Shop.json(paidAnew).path("reason").asText()).isEqualTo("payment_refund_due");
      assertThat(Shop.json(credit(shop.wallet())).path("remainingCalls").asInt()).isEqualTo(2);
      assertThat(shop.since(before).settled()).isZero();
      assertThat(shop.since(before).upstream()).isZero();
    }

    @Test
    @DisplayName("it paid somebody else or was cancelled: 402 with the reason, nothing is owed")
    void notOurs() throws Exception {
      for (List<ObjectNode> logs :
          List.of(
              List.of(used(payment), transfer(STRANGER, PRICE)),
              List.of(used(payment), transfer(payTo(), word(199_999))),
              List.of(asset("0x", CANCELED, topic(payer(payment)), nonce(payment))))) {
        node.knows(logs, now(), true);

        HttpResponse<String> answer = buy();

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_refused");
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
        assertThat(Shop.json(answer).path("reason").asText())
            .isEqualTo("invalid_exact_evm_nonce_already_used");
        assertThat(credit(shop.wallet()).statusCode()).isEqualTo(404);
      }
      assertThat(shop.since(before)).isEqualTo(new Books(0, 3, 0, 0, 0));
    }

    @Test
    @DisplayName("the chain cannot say yet: 503 come again, never a call to pay anew")
    void undecided() throws Exception {
      node.knows(List.of(), now(), true);
      HttpResponse<String> lagging = buy();
      node.answers(500, "");
      HttpResponse<String> down = buy();
      node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
      HttpResponse<String> decided = buy();

      for (HttpResponse<String> answer : List.of(lagging, down)) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(Shop.json(answer).path("error").asText()).isEqualTo("facilitator_unavailable");
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      }
      assertThat(Shop.json(decided).path("error").asText()).isEqualTo("refund_due");
      assertThat(shop.since(before)).isEqualTo(new Books(0, 3, 0, 0, 0));
    }

    @Test
    @DisplayName("another refusal asks no chain")
    void otherReason() throws Exception {
      node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
      shop.facilitator().on("verify", invalid("invalid_exact_evm_signature"));

      assertThat(buy().statusCode()).isEqualTo(402);
      assertThat(node.questions()).isEmpty();
      assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 0, 0, 0));
    }

    @Test
    @DisplayName("where the money moves first it buys no work either")
    void paidFirst() throws Exception {
      try (Shop first =
          Shop.open(
              Map.of("TOLLROUTE_X402_RPC_URL", node.url(), "TOLLROUTE_X402_SETTLE", "first"))) {
        payment = first.payment();
        node.knows(List.of(used(payment), transfer(payTo(), PRICE)), now(), true);
        first.facilitator().on("settle", refusing("invalid_exact_evm_nonce_already_used"));

        HttpResponse<String> answer = first.buy(Shop.encode(payment));
        first.facilitator().behave();
        HttpResponse<String> again = first.buy(Shop.encode(payment));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(Shop.json(answer).path("error").asText()).isEqualTo("refund_due");
        assertThat(Shop.json(again).path("error").asText()).isEqualTo("refund_due");
        assertThat(first.upstreamCalls()).isZero();
        assertThat(first.settled()).isZero();
      }
    }

    private HttpResponse<String> credit(SandboxWallet wallet) throws Exception {
      ObjectNode claim =
          ((ObjectNode) Shop.json("{}")).put("payer", payer(payment)).put("nonce", nonce(payment));
      JsonNode challenge = Shop.json(shop.post("/api/credits", claim.toString()));
      claim.put("until", challenge.path("until").asText());
      claim.put("signature", TextSigner.sign(wallet, challenge.path("message").asText()));
      return shop.post("/api/credits", claim.toString());
    }

    private static FaultyFacilitator.Fault invalid(String reason) {
      return FaultyFacilitator.answering(
          200, "{\"isValid\":false,\"invalidReason\":\"" + reason + "\"}");
    }
  }

  private HttpResponse<String> buy() throws Exception {
    return shop.buy(Shop.encode(payment));
  }

  private static void assertNotPaid(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_refused");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("authorization_not_paid");
    assertThat(receipt(answer).path("success").asBoolean(true)).isFalse();
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
  }

  private static void assertUnknown(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("unknown");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isEmpty();
  }

  private static JsonNode receipt(HttpResponse<String> answer) throws Exception {
    return Shop.decode(answer.headers().firstValue("PAYMENT-RESPONSE").orElseThrow());
  }

  private long now() {
    return System.currentTimeMillis() / 1000;
  }

  private long validBefore() {
    return payment.at("/payload/authorization/validBefore").asLong();
  }

  private static ObjectNode used(ObjectNode payment) {
    return asset("0x", USED, topic(payer(payment)), nonce(payment));
  }

  private ObjectNode transfer(String to, String value) {
    return asset(value, TRANSFER, topic(payer(payment)), topic(to));
  }

  private static ObjectNode asset(String data, String... topics) {
    return node.log(SandboxChain.ASSET.toLowerCase(Locale.ROOT), data, topics);
  }

  private static String payer(ObjectNode payment) {
    return payment.at("/payload/authorization/from").asText();
  }

  private static String nonce(ObjectNode payment) {
    return payment.at("/payload/authorization/nonce").asText();
  }

  private static String payTo() {
    return SandboxChain.PAY_TO;
  }

  private static String topic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
  }

  private static String word(long number) {
    return "0x" + String.format("%064x", number);
  }

  private static String topicOf(String signature) {
    byte[] hash = Hash.sha3(signature.getBytes(StandardCharsets.US_ASCII));
    return "0x" + HexFormat.of().formatHex(hash);
  }

  private static FaultyFacilitator.Fault refusing(String reason) {
    return failing(200, reason, "");
  }

  private static FaultyFacilitator.Fault failing(int status, String reason, String transaction) {
    return FaultyFacilitator.answering(
        status,
        "{\"success\":false,\"errorReason\":\"%s\",\"transaction\":\"%s\",\"network\":\"%s\"}"
            .formatted(reason, transaction, SandboxChain.NETWORK));
  }
}
