package io.tollroute.limit;

import static io.tollroute.limit.Newcomers.assertTooMany;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Recovery;
import io.tollroute.ledger.sql.Rows;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.Books;
import io.tollroute.testing.ChainNode;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where tokens are bought and credits are claimed, signatures cost as little as with calls. */
@DisplayName("Signatures that are nobody's")
class RefusedProofsTest {

  private static final int REFUSED = 6;
  private static final int UNVERIFIED = 3;
  private static final String CREDITS = "/api/credits";

  private static ChainNode node;
  private static Shop shop;
  private static Newcomers newcomers;

  private String address;
  private Books before;

  @BeforeAll
  static void open() throws Exception {
    node = new ChainNode();
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_X402_RPC_URL",
                node.url(),
                "TOLLROUTE_LIMITS_REFUSED_PAYMENTS_PER_MINUTE",
                "" + REFUSED,
                "TOLLROUTE_LIMITS_UNVERIFIED_IN_FLIGHT",
                "" + UNVERIFIED,
                "TOLLROUTE_HTTP_TRUSTED_PROXIES",
                "127.0.0.1"));
    newcomers = new Newcomers(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    node.close();
  }

  @BeforeEach
  void comeIn() throws Exception {
    address = newcomers.address();
    node.knows(List.of(), System.currentTimeMillis() / 1000, false);
    before = shop.takeStock();
  }

  /** Where a token is bought. */
  private enum Counter {
    AT_ONCE {
      @Override
      HttpResponse<String> pay(SandboxWallet wallet, boolean forged, boolean contract, String from)
          throws Exception {
        ObjectNode terms = ordered();
        terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
        return newcomers.pay(
            TokenBuyer.PAYMENTS, ORDER, signed(terms, wallet, forged, contract), from);
      }
    },
    ORDERED {
      @Override
      HttpResponse<String> pay(SandboxWallet wallet, boolean forged, boolean contract, String from)
          throws Exception {
        ObjectNode terms = ordered();
        return newcomers.pay(
            TokenBuyer.path(terms) + "/pay", "", signed(terms, wallet, forged, contract), from);
      }
    };

    private static final String ORDER = "{\"serviceId\":\"masked-face-comparison\",\"calls\":1}";

    abstract HttpResponse<String> pay(
        SandboxWallet wallet, boolean forged, boolean contract, String from) throws Exception;

    private static ObjectNode ordered() throws Exception {
      HttpResponse<String> answer =
          newcomers.post(TokenBuyer.PAYMENTS, ORDER, newcomers.address()).join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      return (ObjectNode) Shop.json(answer);
    }

    private static ObjectNode signed(
        ObjectNode terms, SandboxWallet wallet, boolean forged, boolean contract) {
      ObjectNode payment = wallet.sign(terms, terms.at("/accepts/0"));
      if (contract) {
        return Newcomers.asOfContract(payment);
      }
      return forged ? Forger.signed(payment, shop.newWallet()) : payment;
    }

    HttpResponse<String> payWell(String from) throws Exception {
      return pay(shop.wallet(), false, false, from);
    }

    HttpResponse<String> forge(String from) throws Exception {
      return pay(shop.newWallet(), true, false, from);
    }

    /** The facilitator has to be asked. */
    HttpResponse<String> forgeAsOfContract(String from) throws Exception {
      return pay(shop.newWallet(), true, true, from);
    }
  }

  private static int count(String query) throws Exception {
    return new Rows(shop).count(query);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("buy no token, are 429 then, and the facilitator is never asked")
  void tokens(Counter counter) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < REFUSED; i++) {
      statuses.add(counter.forge(address).statusCode());
    }

    assertThat(statuses).containsOnly(402);
    assertTooMany(counter.forge(address), "refused_payments_per_minute");
    assertThat(shop.since(before).verified()).isZero();
    assertThat(counter.payWell(newcomers.address()).statusCode()).isBetween(200, 201);
    assertThat(counter.payWell(address).statusCode())
        .as("a good one from the same address")
        .isBetween(200, 201);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("of which the facilitator was asked too often for tokens are not shown to it")
  void tokensOfContracts(Counter counter) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < REFUSED; i++) {
      statuses.add(counter.forgeAsOfContract(address).statusCode());
    }

    assertThat(statuses).containsOnly(402);
    assertTooMany(counter.forgeAsOfContract(address), "refused_payments_per_minute");
    assertThat(shop.since(before).verified()).isEqualTo(REFUSED);
    assertThat(shop.since(before).settleCalls()).isZero();
    assertThat(counter.payWell(newcomers.address()).statusCode()).isBetween(200, 201);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("leave no row where a token was to be bought")
  void noRows(Counter counter) throws Exception {
    int charges = count("SELECT count(*) FROM charge");
    int paid = count("SELECT count(*) FROM payment WHERE state <> 'PENDING'");
    int orders = count("SELECT count(*) FROM payment");
    for (int i = 0; i < REFUSED + 2; i++) {
      counter.forge(address);
    }

    assertThat(count("SELECT count(*) FROM charge")).isEqualTo(charges);
    assertThat(count("SELECT count(*) FROM payment WHERE state <> 'PENDING'")).isEqualTo(paid);
    assertThat(count("SELECT count(*) FROM payment"))
        .as("the orders themselves, from addresses of their own")
        .isEqualTo(orders + REFUSED + 2);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("of which the facilitator was asked for tokens are forgotten after ten minutes")
  void forgotten(Counter counter) throws Exception {
    int rows = count("SELECT count(*) FROM charge");
    assertThat(counter.forgeAsOfContract(address)).returns(402, HttpResponse::statusCode);
    assertThat(counter.pay(shop.newWallet(), false, false, address))
        .returns(402, HttpResponse::statusCode);

    assertThat(count("SELECT count(*) FROM charge")).isEqualTo(rows + 2);
    shop.advance(Duration.ofSeconds(601));
    shop.bean("recovery", Recovery.class).eraseExpired();
    assertThat(count("SELECT count(*) FROM charge")).isLessThanOrEqualTo(rows);
  }

  private static HttpResponse<String> claim(SandboxWallet payer, SandboxWallet signer, String from)
      throws Exception {
    ObjectNode claim = challenged(payer);
    claim.put("signature", TextSigner.sign(signer, claim.path("message").asText()));
    claim.remove("message");
    return newcomers.post(CREDITS, claim.toString(), from).join();
  }

  /** A claim and the message that its payer is asked to sign. */
  private static ObjectNode challenged(SandboxWallet payer) throws Exception {
    ObjectNode claim =
        ((ObjectNode) Shop.json("{}"))
            .put("payer", payer.address())
            .put("nonce", "0x" + "5a".repeat(32));
    JsonNode challenge =
        Shop.json(newcomers.post(CREDITS, claim.toString(), newcomers.address()).join());
    return claim
        .put("until", challenge.path("until").asText())
        .put("message", challenge.path("message").asText());
  }

  private static long asked() {
    return node.questions().stream()
        .filter(question -> question.path("method").asText().equals("eth_call"))
        .count();
  }

  @Test
  @DisplayName("get no credit, are 429 then, and the chain's node is not asked any more")
  void credits() throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < REFUSED; i++) {
      statuses.add(claim(shop.newWallet(), shop.newWallet(), address).statusCode());
    }

    assertThat(statuses).containsOnly(403);
    for (int i = 0; i < 3; i++) {
      assertTooMany(
          claim(shop.newWallet(), shop.newWallet(), address), "refused_payments_per_minute");
    }
    assertThat(asked()).isEqualTo(REFUSED);
    SandboxWallet honest = shop.newWallet();
    assertThat(claim(honest, honest, address).statusCode())
        .as("a wallet's own signature is looked at, and nothing is owed to it")
        .isEqualTo(404);
    assertThat(claim(shop.newWallet(), shop.newWallet(), newcomers.address()).statusCode())
        .as("somebody at another address")
        .isEqualTo(403);
  }

  @Test
  @DisplayName("hold a few places where the chain's node is slow to say so, and no more")
  void slowNode() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    node.meddle(
        (method, reply) -> {
          try {
            released.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    List<String> claims = new ArrayList<>();
    for (int i = 0; i < 3 * UNVERIFIED; i++) {
      ObjectNode claim = challenged(shop.newWallet());
      claim.put("signature", TextSigner.sign(shop.newWallet(), claim.path("message").asText()));
      claim.remove("message");
      claims.add(claim.toString());
    }

    List<CompletableFuture<HttpResponse<String>>> flood =
        claims.stream().map(claim -> newcomers.post(CREDITS, claim, address)).toList();
    Shop.await(
        () ->
            flood.stream().filter(CompletableFuture::isDone).count() >= claims.size() - UNVERIFIED);
    released.countDown();

    List<Integer> statuses = flood.stream().map(each -> each.join().statusCode()).toList();
    assertThat(Collections.frequency(statuses, 429)).isEqualTo(claims.size() - UNVERIFIED);
    for (CompletableFuture<HttpResponse<String>> each : flood) {
      if (each.join().statusCode() == 429) {
        assertTooMany(each.join(), "unverified_calls");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("and nonces of nothing that is owed are counted alike")
  void nothingOwed(boolean own) throws Exception {
    HttpResponse<String> answer = null;
    for (int i = 0; i < REFUSED + 1; i++) {
      SandboxWallet payer = shop.newWallet();
      answer = claim(payer, own ? payer : shop.newWallet(), address);
    }

    assertTooMany(answer, "refused_payments_per_minute");
  }
}
