package io.tollroute.limit;

import static io.tollroute.limit.Newcomers.assertTooMany;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.sql.Rows;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Buyers who want work for nothing, or want others to have none; each has an address of his own.
 */
@DisplayName("Buyers who mean harm")
class HostileBuyersTest {

  private static final int REFUSED = 6;
  private static final int UNVERIFIED = 3;
  private static final int UNCHARGED = 2;
  private static final int PAID_IN_FLIGHT = 24;
  private static final String NO_FACE = Shop.magic("/sandbox/error/InvalidImage.NotFoundFace");
  private static final String SLOW = Shop.magic("/sandbox/slow/1000");

  private static Shop shop;
  private static Newcomers newcomers;

  private String address;
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop =
        Shop.open(
            Map.ofEntries(
                Map.entry("TOLLROUTE_LIMITS_REFUSED_PAYMENTS_PER_MINUTE", "" + REFUSED),
                Map.entry("TOLLROUTE_LIMITS_UNVERIFIED_IN_FLIGHT", "" + UNVERIFIED),
                Map.entry("TOLLROUTE_LIMITS_UNCHARGED_CALLS", "" + UNCHARGED),
                Map.entry("TOLLROUTE_LIMITS_ALONE_UNTIL_PAID", "on"),
                Map.entry("TOLLROUTE_LIMITS_UNPAID_PER_SECOND", "5"),
                Map.entry("TOLLROUTE_LIMITS_UNPAID_BURST", "40"),
                Map.entry("TOLLROUTE_HTTP_TRUSTED_PROXIES", "127.0.0.1"),
                Map.entry("TOLLROUTE_HTTP_MAX_PAID_IN_FLIGHT", "" + PAID_IN_FLIGHT)));
    newcomers = new Newcomers(shop);
    // the wallet that everybody knows is known to this shop, too
    assertThat(send(known(), Shop.BODY, fresh()).join().statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void comeIn() throws Exception {
    address = fresh();
    before = shop.takeStock();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  private static String fresh() {
    return newcomers.address();
  }

  /** Terms, asked for from an address that nobody else has. */
  private static ObjectNode demand() throws Exception {
    return newcomers.demand(Shop.SERVICE);
  }

  private static ObjectNode payment(SandboxWallet wallet) throws Exception {
    return newcomers.payment(Shop.SERVICE, wallet);
  }

  private static ObjectNode known() throws Exception {
    return payment(shop.wallet());
  }

  /** A wallet that nobody knows, with the price of so many calls. */
  private static SandboxWallet holding(int calls) throws Exception {
    return newcomers.holding(Shop.SERVICE, calls);
  }

  private static ObjectNode forged() throws Exception {
    return Forger.signed(payment(shop.newWallet()), shop.newWallet());
  }

  private static CompletableFuture<HttpResponse<String>> send(
      ObjectNode payment, String body, String address) {
    return post(Shop.SERVICE, body, address, "PAYMENT-SIGNATURE", Shop.encode(payment));
  }

  private static CompletableFuture<HttpResponse<String>> post(
      String path, String body, String address, String... headers) {
    return newcomers.post(path, body, address, headers);
  }

  /** From here on the facilitator says nothing of other wallets than the one that is known. */
  private static CountDownLatch holdingStrangers() {
    CountDownLatch released = new CountDownLatch(1);
    shop.facilitator()
        .on(
            "verify",
            body -> !body.contains(shop.wallet().address().substring(2)),
            FaultyFacilitator.holdingUntil(released));
    return released;
  }

  private static int count(String query) throws Exception {
    return new Rows(shop).count(query);
  }

  @Test
  @DisplayName(
      "whose signatures are nobody's are told so, then 429, and the facilitator never asked")
  void garbage() throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < REFUSED + 4; i++) {
      HttpResponse<String> answer = send(forged(), Shop.BODY, address).join();
      statuses.add(answer.statusCode());
      if (answer.statusCode() == 429) {
        assertTooMany(answer, "refused_payments_per_minute");
      } else {
        assertThat(Shop.json(answer).path("reason").asText())
            .isEqualTo("invalid_exact_evm_signature");
      }
    }

    assertThat(statuses).startsWith(402, 402, 402, 402, 402, 402, 429);
    assertThat(shop.since(before).verified()).isZero();
    assertThat(send(payment(holding(1)), Shop.BODY, address).join().statusCode())
        .as("a good payment from the same address")
        .isEqualTo(200);
  }

  @Test
  @DisplayName("who send far too much that is no payment are not read any more, and told the price")
  void unread() throws Exception {
    for (int i = 0; i < 20 * REFUSED + 1; i++) {
      rubbish();
    }
    HttpResponse<String> unread = send(known(), Shop.BODY, address).join();
    // on a slow machine some of it is forgiven meanwhile
    for (int i = 0; i < 20 * REFUSED && unread.statusCode() == 200; i++) {
      rubbish();
      unread = send(known(), Shop.BODY, address).join();
    }

    assertTooMany(unread, "refused_payments_per_minute");
    assertThat(post(Shop.SERVICE, "", address).join().statusCode()).isEqualTo(402);
    assertThat(send(known(), Shop.BODY, fresh()).join().statusCode()).isEqualTo(200);
  }

  private void rubbish() {
    post(Shop.SERVICE, Shop.BODY, address, "X-PAYMENT", "rubbish").join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x11", "0xdeadbeef", "64", "zeros"})
  @DisplayName("whose signatures have no form of one do not reach the facilitator either")
  void formless(String signature) throws Exception {
    String sent =
        switch (signature) {
          case "64" -> "0x" + "ab".repeat(64);
          case "zeros" -> "0x" + "00".repeat(65);
          default -> signature;
        };

    HttpResponse<String> answer =
        send(Forger.withSignature(payment(shop.newWallet()), sent), Shop.BODY, address).join();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(shop.since(before).verified()).isZero();
  }

  @Test
  @DisplayName("who offer another price than ours do not reach the facilitator, and are 429 then")
  void otherPrice() throws Exception {
    HttpResponse<String> answer = null;
    for (int i = 0; i < REFUSED + 1; i++) {
      ObjectNode demand = demand();
      ObjectNode cheaper = ((ObjectNode) demand.at("/accepts/0")).deepCopy();
      cheaper.put("amount", "" + i);
      answer = send(shop.wallet().sign(demand, cheaper), Shop.BODY, address).join();
    }

    assertTooMany(answer, "refused_payments_per_minute");
    assertThat(shop.since(before).verified()).isZero();
  }

  @Test
  @DisplayName("who send what is no payment at all are 429 after a while")
  void malformed() throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < REFUSED + 1; i++) {
      statuses.add(
          post(Shop.SERVICE, Shop.BODY, address, "PAYMENT-SIGNATURE", "rubbish")
              .join()
              .statusCode());
    }

    assertThat(statuses).startsWith(400).endsWith(429);
  }

  @Test
  @DisplayName("who guess tokens are 429 after a while, and told the price still")
  void guesses() throws Exception {
    HttpResponse<String> answer = null;
    for (int i = 0; i < REFUSED + 1; i++) {
      answer = post(Shop.SERVICE, Shop.BODY, address, "X-Payment-Token", "guess-" + i).join();
    }

    assertTooMany(answer, "refused_payments_per_minute");
    assertThat(post(Shop.SERVICE, "", address).join().statusCode()).isEqualTo(402);
  }

  @Test
  @DisplayName("whose wallets are empty hold a few places, and those who have paid pass them by")
  void emptyWallets() throws Exception {
    List<ObjectNode> payments = new ArrayList<>();
    for (int i = 0; i < 3 * UNVERIFIED; i++) {
      payments.add(payment(shop.newWallet()));
    }
    ObjectNode honest = known();
    CountDownLatch released = holdingStrangers();

    List<CompletableFuture<HttpResponse<String>>> flood =
        payments.stream().map(payment -> send(payment, Shop.BODY, address)).toList();
    Shop.await(
        () ->
            flood.stream().filter(CompletableFuture::isDone).count()
                == payments.size() - UNVERIFIED);
    HttpResponse<String> served = send(honest, Shop.BODY, address).join();
    released.countDown();

    assertThat(served.statusCode()).as(served.body()).isEqualTo(200);
    for (CompletableFuture<HttpResponse<String>> each : flood) {
      if (each.join().statusCode() != 402) {
        assertTooMany(each.join(), "unverified_calls");
      }
    }
    assertThat(shop.since(before).verified()).isEqualTo(UNVERIFIED + 1);
    Shop.await(() -> shop.bean("limitStrangers", LimitStrangers.class).holders() == 0);
  }

  @Test
  @DisplayName(
      "take two thirds of the places from wherever they come, and who has paid has the rest")
  void fromEverywhere() throws Exception {
    int most = PAID_IN_FLIGHT * 2 / 3;
    List<ObjectNode> payments = new ArrayList<>();
    for (int i = 0; i < most + 2; i++) {
      payments.add(payment(shop.newWallet()));
    }
    ObjectNode honest = known();
    CountDownLatch released = holdingStrangers();

    List<CompletableFuture<HttpResponse<String>>> flood =
        payments.stream().map(payment -> send(payment, Shop.BODY, fresh())).toList();
    Shop.await(() -> flood.stream().filter(CompletableFuture::isDone).count() == 2);
    HttpResponse<String> served = send(honest, Shop.BODY, fresh()).join();
    released.countDown();

    assertThat(served.statusCode()).as(served.body()).isEqualTo(200);
    assertThat(flood).filteredOn(call -> call.join().statusCode() == 429).hasSize(2);
  }

  @Test
  @DisplayName("of whose empty wallets the facilitator was asked too often are not shown to it")
  void manyEmptyWallets() throws Exception {
    HttpResponse<String> answer = null;
    for (int i = 0; i < REFUSED + 3; i++) {
      answer = send(payment(shop.newWallet()), Shop.BODY, address).join();
    }

    assertTooMany(answer, "refused_payments_per_minute");
    assertThat(shop.since(before).verified()).isEqualTo(REFUSED);
    assertThat(send(known(), Shop.BODY, address).join().statusCode()).isEqualTo(200);
  }

  /** Signed by the contract that a wallet is, which nobody can check without its chain. */
  private static ObjectNode byContract(ObjectNode payment) {
    ObjectNode payload = (ObjectNode) payment.get("payload");
    payload.put("signature", payload.get("signature").asText() + "00".repeat(32));
    return payment;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "who hold one price and sign eight times have one call done, contract wallets too (true)")
  void oneAtATime(boolean contract) throws Exception {
    SandboxWallet wallet = holding(1);
    shop.facilitator().knowContractWallets();
    List<ObjectNode> payments = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      payments.add(contract ? byContract(payment(wallet)) : payment(wallet));
    }
    before = shop.takeStock();

    List<CompletableFuture<HttpResponse<String>>> calls =
        payments.stream().map(payment -> send(payment, SLOW, fresh())).toList();
    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() != 200) {
        assertTooMany(answer, "unsettled_call");
      }
    }
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("and once they have paid, their calls go side by side, contract wallets' too (true)")
  void sideBySide(boolean contract) throws Exception {
    SandboxWallet wallet = holding(4);
    shop.facilitator().knowContractWallets();
    List<ObjectNode> payments = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      payments.add(contract ? byContract(payment(wallet)) : payment(wallet));
    }
    assertThat(send(payments.remove(0), Shop.BODY, address).join().statusCode()).isEqualTo(200);

    List<CompletableFuture<HttpResponse<String>>> calls =
        payments.stream().map(payment -> send(payment, SLOW, address)).toList();

    assertThat(calls).allMatch(call -> call.join().statusCode() == 200);
  }

  @Test
  @DisplayName("a first call that failed does not keep the second one waiting")
  void afterFailure() throws Exception {
    SandboxWallet wallet = holding(1);

    assertThat(send(payment(wallet), NO_FACE, address).join().statusCode()).isEqualTo(422);
    assertThat(send(payment(wallet), Shop.BODY, address).join().statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("whose money is gone when it is to move have to wait, longer each time")
  void moneyMovedAway() throws Exception {
    SandboxWallet wallet = holding(1);
    shop.facilitator()
        .on(
            "settle",
            FaultyFacilitator.answering(
                200,
                "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"transaction\":\"\",\"network\":\"eip155:84532\"}"));

    HttpResponse<String> first = send(payment(wallet), Shop.BODY, address).join();
    HttpResponse<String> second = send(payment(wallet), Shop.BODY, address).join();

    assertThat(first.statusCode()).as(first.body()).isEqualTo(402);
    assertTooMany(second, "uncharged_calls");
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    shop.facilitator().behave();
    shop.advance(Duration.ofSeconds(10));
    assertThat(send(payment(wallet), Shop.BODY, address).join().statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"signature", "token", "mcp"})
  @DisplayName(
      "who send what the provider cannot work with, again and again, wait longer each time")
  void workForNothing(String surface) throws Exception {
    SandboxWallet wallet = holding(3);
    String token =
        surface.equals("token") ? TokenBuyer.token(new TokenBuyer(shop).paid(5)) : "none";
    before = shop.takeStock();
    List<String> waits = new ArrayList<>();
    for (int i = 0; i < UNCHARGED + 4; i++) {
      HttpResponse<String> answer = callInVain(surface, wallet, token);
      answer.headers().firstValue("Retry-After").ifPresent(waits::add);
      JsonNode body = Shop.json(answer);
      String found = body.findPath("reason").asText();
      if (found.equals("uncharged_calls")) {
        waits.add(found);
        break;
      }
    }

    assertThat(waits).contains("uncharged_calls");
    assertThat(shop.since(before).upstream()).isEqualTo(UNCHARGED);
    assertThat(shop.since(before).settled()).isZero();
    assertThat(send(known(), Shop.BODY, address).join().statusCode())
        .as("somebody else, from the same address")
        .isEqualTo(200);
    shop.advance(Duration.ofSeconds(2));
    callInVain(surface, wallet, token);
    shop.advance(Duration.ofMillis(1500));
    assertThat(Shop.json(callInVain(surface, wallet, token)).findPath("reason").asText())
        .as("one second was enough the first time, and two are not over yet")
        .isEqualTo("uncharged_calls");
  }

  private HttpResponse<String> callInVain(String surface, SandboxWallet wallet, String token)
      throws Exception {
    return switch (surface) {
      case "token" -> post(Shop.SERVICE, NO_FACE, address, "X-Payment-Token", token).join();
      case "mcp" -> newcomers.payTool("masked_face_comparison", NO_FACE, payment(wallet), address);
      default -> send(payment(wallet), NO_FACE, address).join();
    };
  }

  @Test
  @DisplayName("who pay make up for what they had for nothing")
  void madeUp() throws Exception {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < UNCHARGED - 1; i++) {
        assertThat(send(known(), NO_FACE, address).join().statusCode()).isEqualTo(422);
      }
      assertThat(send(known(), Shop.BODY, address).join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("whose made-up payments have inputs that nobody takes leave no row")
  void noRows() throws Exception {
    int rows = count("SELECT count(*) FROM charge");
    for (int i = 0; i < REFUSED + 2; i++) {
      send(payment(shop.newWallet()), "{}", address).join();
      send(forged(), "{}", address).join();
      post(Shop.SERVICE, "{}", address, "X-Payment-Token", "guess").join();
    }

    assertThat(count("SELECT count(*) FROM charge")).isEqualTo(rows);
    assertThat(shop.since(before).verified()).isZero();
  }

  @Test
  @DisplayName("whose payments are worth nothing are forgotten in minutes, and others within a day")
  void forgottenSoon() throws Exception {
    String soon =
        "SELECT count(*) FROM charge WHERE state = 'RELEASED' AND keep_until <= updated_at";
    int rows = count("SELECT count(*) FROM charge");
    int early = count(soon);
    send(payment(shop.newWallet()), Shop.BODY, address).join();
    assertThat(send(known(), NO_FACE, address).join().statusCode()).isEqualTo(422);

    assertThat(count("SELECT count(*) FROM charge")).isEqualTo(rows + 2);
    assertThat(count(soon))
        .as("erased when the margin for stragglers is over")
        .isEqualTo(early + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /api/credits",
        "GET /api/payments/pay_0123456789abcdefghijkl",
        "POST /api/payments/pay_0123456789abcdefghijkl/pay",
        "GET /docs/errors",
        "GET /mcp/server-card",
        "GET /.well-known/ai-catalog.json",
        "MCP tools/list",
        "MCP initialize",
        "MCP nothing",
        "MCP rubbish"
      })
  @DisplayName("who ask for what is free without end are 429, and others are not")
  void free(String what) throws Exception {
    HttpResponse<String> answer = ask(what, address);
    for (int i = 0; i < 100 && answer.statusCode() != 429; i++) {
      answer = ask(what, address);
    }

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(ask(what, fresh()).statusCode()).isNotEqualTo(429);
    assertThat(send(known(), Shop.BODY, address).join().statusCode())
        .as("who pays is served, from the same address")
        .isEqualTo(200);
  }

  private static HttpResponse<String> ask(String what, String address) throws Exception {
    String[] words = what.split(" ");
    if (words[0].equals("MCP")) {
      String message =
          words[1].equals("rubbish")
              ? "{"
              : "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + words[1] + "\",\"params\":{}}";
      return post("/mcp", message, address).join();
    }
    if (words[0].equals("POST")) {
      return post(words[1], "{}", address).join();
    }
    return shop.client()
        .send(
            HttpRequest.newBuilder(shop.base().resolve(words[1]))
                .header("X-Forwarded-For", address)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @DisplayName(
      "who use somebody's nonce for themselves delay him at most, and he need not sign anew")
  void squatters() throws Exception {
    ObjectNode honest = payment(holding(1));
    // one that might be a contract wallet's, so only the facilitator can say that it is not
    ObjectNode squatter = Newcomers.asOfContract(honest);
    CountDownLatch released = new CountDownLatch(1);
    shop.facilitator()
        .on(
            "verify",
            body -> body.contains("ab".repeat(97)),
            FaultyFacilitator.holdingUntil(released));
    CompletableFuture<HttpResponse<String>> first =
        send(squatter, Shop.magic("/squatter.jpg"), address);
    Shop.await(() -> shop.since(before).verified() > 0 || shop.facilitator().calls("verify") > 0);
    Shop.await(() -> count("SELECT count(*) FROM charge WHERE state = 'CLAIMED'") > 0);

    HttpResponse<String> meanwhile = send(honest, Shop.BODY, fresh()).join();
    released.countDown();
    HttpResponse<String> refused = first.join();
    HttpResponse<String> afterwards = send(honest, Shop.BODY, fresh()).join();

    assertThat(Shop.json(meanwhile).path("error").asText()).isEqualTo("payment_in_progress");
    assertThat(Shop.json(meanwhile).path("retryable").asBoolean()).isTrue();
    assertThat(meanwhile.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
    assertThat(afterwards.statusCode()).as(afterwards.body()).isEqualTo(200);
  }
}
