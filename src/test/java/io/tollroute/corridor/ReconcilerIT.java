package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.ClaimRequest;
import io.tollroute.ledger.KeptAnswer;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.TokenProof;
import io.tollroute.ledger.UndecidedCharges;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.LogLines;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a crash or a silent facilitator left is finished although nobody comes back for it. */
class ReconcilerIT {

  private static final Duration UNTIL_RETRY = Duration.ofSeconds(6);

  private static Shop shop;
  private static TokenBuyer buyer;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_RECONCILE_MS", "100"));
    buyer = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Nested
  @DisplayName("a call whose settlement was lost")
  class Call {

    @Test
    @DisplayName("money moved, nobody retries: settled at the next tick, a replay later on")
    void lostReply() throws Exception {
      ObjectNode payment = shop.payment();
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertUnknown(shop.buy(Shop.encode(payment)));
      assertThat(buyer.charge(payment).path("state").asText()).isEqualTo("unknown");

      shop.advance(UNTIL_RETRY);
      awaitState(payment, "settled");
      Books reconciled = shop.since(before);
      HttpResponse<String> late = shop.buy(Shop.encode(payment));

      assertThat(reconciled).isEqualTo(new Books(1, 1, 2, 1, 200_000));
      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(late.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(late.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
      assertThat(shop.since(before)).isEqualTo(reconciled);
    }

    @ParameterizedTest
    @CsvSource({
      "200, transaction_failed",
      "500, transaction_failed",
      "200, unexpected_settle_error"
    })
    @DisplayName("money moved and was called failed: unknown, then settled, never a 402")
    void calledFailed(int status, String reason) throws Exception {
      ObjectNode payment = shop.payment();
      shop.facilitator().on("settle", FaultyFacilitator.settlingAndCallingItFailed(status, reason));
      assertUnknown(shop.buy(Shop.encode(payment)));
      assertThat(shop.since(before).settled()).isEqualTo(1);
      shop.advance(UNTIL_RETRY);
      Shop.await(() -> shop.since(before).settleCalls() > 1);
      assertThat(buyer.charge(payment).path("state").asText()).isIn("unknown", "settling");

      shop.facilitator().behave();
      shop.advance(Duration.ofSeconds(60));
      awaitState(payment, "settled");
      HttpResponse<String> late = shop.buy(Shop.encode(payment));

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(shop.since(before).settled()).isEqualTo(1);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @Test
    @DisplayName("the settlement never arrived: the reconciler sends it, byte for byte")
    void neverArrived() throws Exception {
      ObjectNode payment = shop.payment();
      shop.facilitator().on("settle", 1, FaultyFacilitator.hangingUp());
      assertUnknown(shop.buy(Shop.encode(payment)));
      assertThat(shop.since(before).settled()).isZero();

      shop.advance(UNTIL_RETRY);
      awaitState(payment, "settled");
      HttpResponse<String> late = shop.buy(Shop.encode(payment));

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, 200_000));
      List<String> sent = shop.facilitator().bodies("settle");
      assertThat(sent.get(sent.size() - 1)).isEqualTo(sent.get(sent.size() - 2));
    }

    @Test
    @DisplayName("what nobody can say stays unknown, with an age that is measured and told")
    void age() throws Exception {
      UndecidedCharges undecided = shop.bean("undecidedCharges", UndecidedCharges.class);
      ObjectNode payment = shop.payment();
      shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
      try (LogLines log = LogLines.capture()) {
        assertUnknown(shop.buy(Shop.encode(payment)));
        Shop.await(() -> undecided.latest().count() == 1);
        assertThat(undecided.latest().oldestSeconds()).isLessThan(60);
        assertThat(log.lines()).noneMatch(line -> line.contains("charges_undecided"));

        shop.advance(Duration.ofSeconds(601));
        Shop.await(() -> undecided.latest().oldestSeconds() > 600);
        Shop.await(
            () -> log.lines().stream().anyMatch(line -> line.contains("alert=charges_undecided")));
        assertThat(log.lines())
            .noneMatch(line -> line.contains(payment.at("/payload/signature").asText()));
        assertThat(buyer.charge(payment).path("unknownAt").asText()).endsWith("Z");
      }
      assertThat(shop.since(before).settled()).isEqualTo(1);

      shop.facilitator().behave();
      shop.advance(Duration.ofSeconds(601));
      awaitState(payment, "settled");
      Shop.await(() -> undecided.latest().count() == 0);
      assertThat(shop.since(before).settled()).isEqualTo(1);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }
  }

  @Nested
  @DisplayName("a purchase whose settlement was lost")
  class Purchase {

    @Test
    @DisplayName("an order is unknown, cannot be paid twice meanwhile, and then is paid once")
    void order() throws Exception {
      ObjectNode ordered = buyer.order(2);
      String signature = buyer.signature(ordered);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertUnknown(buyer.pay(ordered, signature));
      assertThat(buyer.status(ordered)).isEqualTo("pending");

      HttpResponse<String> early = buyer.use(ordered);
      HttpResponse<String> second = buyer.pay(ordered);
      assertThat(early.statusCode()).as(early.body()).isEqualTo(402);
      assertThat(Shop.json(early).path("reason").asText()).isEqualTo("token_pending");
      assertThat(second.statusCode()).as(second.body()).isEqualTo(409);
      assertThat(Shop.json(second).path("error").asText()).isEqualTo("payment_not_payable");
      assertThat(Shop.json(second).path("reason").asText()).isEqualTo("payment_being_paid");
      assertThat(Shop.json(second).path("charged").asText()).isEqualTo("no");
      shop.advance(UNTIL_RETRY);
      Shop.await(() -> buyer.status(ordered).equals("paid"));
      HttpResponse<String> late = buyer.pay(ordered, signature);
      HttpResponse<String> anew = buyer.pay(ordered);

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(late.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(anew.statusCode()).as(anew.body()).isEqualTo(409);
      assertThat(Shop.json(anew).path("reason").asText()).isEqualTo("payment_paid");
      assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
      assertThat(buyer.remaining(ordered)).isEqualTo(1);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, 400_000));
    }

    @Test
    @DisplayName(
        "paid and called failed: an order and a token bought at once are unknown, then paid")
    void calledFailed() throws Exception {
      ObjectNode ordered = buyer.order(2);
      ObjectNode terms = buyer.order(1);
      terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
      String signature = buyer.signature(ordered);
      String atOnce = buyer.signature(terms);
      shop.facilitator()
          .on(
              "settle",
              2,
              FaultyFacilitator.settlingAndCallingItFailed(200, "unexpected_settle_error"));
      assertUnknown(buyer.pay(ordered, signature));
      HttpResponse<String> unknown = buyAtOnce(atOnce);
      assertUnknown(unknown);
      assertThat(unknown.body()).doesNotContain("tok_");

      shop.advance(UNTIL_RETRY);
      Shop.await(() -> buyer.status(ordered).equals("paid"));
      awaitState(Shop.decode(atOnce), "settled");

      assertThat(buyer.pay(ordered, signature).statusCode()).isEqualTo(200);
      assertThat(buyer.use(Shop.json(buyAtOnce(atOnce))).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).settled()).isEqualTo(2);
      assertThat(shop.since(before).income()).isEqualTo(600_000);
    }

    @Test
    @DisplayName("bought at once: unknown without the token, then the token, paid once")
    void atOnce() throws Exception {
      ObjectNode terms = buyer.order(1);
      terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
      String signature = buyer.signature(terms);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      HttpResponse<String> unknown = buyAtOnce(signature);
      assertUnknown(unknown);
      assertThat(unknown.body()).doesNotContain("tok_");

      shop.advance(UNTIL_RETRY);
      awaitState(Shop.decode(signature), "settled");
      HttpResponse<String> late = buyAtOnce(signature);
      HttpResponse<String> again = buyAtOnce(signature);

      assertThat(late.statusCode()).as(late.body()).isEqualTo(201);
      assertThat(again.body()).isEqualTo(late.body());
      JsonNode token = Shop.json(late);
      assertThat(buyer.status(token)).isEqualTo("paid");
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      assertThat(buyer.use(token, Shop.magic("/b.jpg")).statusCode()).isEqualTo(402);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, 200_000));
    }

    private HttpResponse<String> buyAtOnce(String signature) throws Exception {
      return shop.post(
          TokenBuyer.PAYMENTS,
          "{\"serviceId\":\"masked-face-comparison\",\"calls\":1}",
          "PAYMENT-SIGNATURE",
          signature);
    }
  }

  @Nested
  @DisplayName("a use of a token whose call died")
  class DeadUse {

    @Test
    @DisplayName("it comes back when its lease is over, once, and its owner comes too late")
    void comesBack() throws Exception {
      ObjectNode token = buyer.paid(1);
      Ledger ledger = shop.bean("ledger", Ledger.class);
      Charge dead = claim(ledger, token);
      assertThat(buyer.remaining(token)).isZero();
      HttpResponse<String> held = buyer.use(token);
      assertThat(held.statusCode()).as(held.body()).isEqualTo(409);
      assertThat(Shop.json(held).path("error").asText()).isEqualTo("payment_in_progress");
      assertThat(held.headers().firstValue("Retry-After")).isPresent();

      shop.advance(Duration.ofSeconds(120));
      Shop.await(() -> buyer.remaining(token) == 1);
      Refusal late =
          catchThrowableOfType(
              Refusal.class,
              () ->
                  ledger.spend(
                      dead,
                      new KeptAnswer(
                          new byte[] {1},
                          0,
                          new byte[0],
                          Optional.empty(),
                          Optional.empty(),
                          Optional.empty())));
      ledger.release(dead);
      ledger.release(dead);

      assertThat(late.word()).isEqualTo("payment_in_progress");
      assertThat(buyer.remaining(token)).as("given back once").isEqualTo(1);
      assertThat(buyer.use(token).statusCode()).isEqualTo(200);
      assertThat(buyer.use(token, Shop.magic("/b.jpg")).statusCode()).isEqualTo(402);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
      assertThat(shop.since(before).settled()).as("the token").isEqualTo(1);
    }

    @Test
    @DisplayName("a release that is sent twice gives one use back")
    void releasedTwice() throws Exception {
      ObjectNode token = buyer.paid(3);
      Ledger ledger = shop.bean("ledger", Ledger.class);
      Charge one = claim(ledger, token);
      Charge other = claim(ledger, token, "another request whose process died");
      assertThat(buyer.remaining(token)).isEqualTo(1);

      ledger.release(one);
      ledger.release(one);

      assertThat(buyer.remaining(token)).isEqualTo(2);
      ledger.release(other);
      assertThat(buyer.remaining(token)).isEqualTo(3);
      assertThat(shop.since(before).upstream()).isZero();
    }

    private Charge claim(Ledger ledger, JsonNode token) throws Refusal {
      return claim(ledger, token, "a request whose process died");
    }

    private Charge claim(Ledger ledger, JsonNode token, String fingerprint) throws Refusal {
      return ledger
          .claim(
              new ClaimRequest(
                  TokenProof.of(TokenBuyer.token(token)),
                  "masked-face-comparison",
                  fingerprint,
                  "req_dead",
                  "http",
                  ChargeTerms.call(200_000, "USD"),
                  true,
                  false,
                  false,
                  Optional.empty(),
                  30,
                  before -> new byte[0]))
          .charge();
    }
  }

  @Test
  @DisplayName("a reconciler without the key of a settlement says so and leaves it to another")
  void otherKey() throws Exception {
    Map<String, String> settings =
        new HashMap<>(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    settings.put("TOLLROUTE_LEDGER_KEY", key(1));
    try (Shop first = Shop.open(settings)) {
      ObjectNode payment = first.payment();
      first.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertUnknown(first.buy(Shop.encode(payment)));
      first.advance(UNTIL_RETRY);
      settings.put("TOLLROUTE_LEDGER_KEY", key(2));
      settings.put("TOLLROUTE_RECONCILE_MS", "50");
      int sent = first.facilitator().calls("settle");

      try (LogLines log = LogLines.capture();
          Shop second = first.openReplica(settings)) {
        Shop.await(
            () -> log.lines().stream().anyMatch(line -> line.contains("alert=seal_key_unknown")));
        assertThat(second.bean("undecidedCharges", UndecidedCharges.class).latest().count())
            .isEqualTo(1);
      }

      assertThat(first.facilitator().calls("settle")).as("nothing was sent").isEqualTo(sent);
      HttpResponse<String> late = first.buy(Shop.encode(payment));
      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(first.settled()).isEqualTo(1);
      assertThat(first.upstreamCalls()).isEqualTo(1);
    }
  }

  private static String key(int value) {
    return Base64.getEncoder()
        .encodeToString(
            ("key number " + value + ", 32 bytes of it....").getBytes(StandardCharsets.US_ASCII));
  }

  private static void awaitState(ObjectNode payment, String state) throws Exception {
    Shop.await(() -> buyer.charge(payment).path("state").asText().equals(state));
  }

  private static void assertUnknown(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("unknown");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).doesNotContain("Confidence");
  }
}
