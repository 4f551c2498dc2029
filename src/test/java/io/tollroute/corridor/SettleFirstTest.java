package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A service that is paid before the work")
class SettleFirstTest {

  private static Shop shop;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    shop = Shop.open(Map.of("TOLLROUTE_X402_SETTLE", "first", "TOLLROUTE_RECONCILE_MS", "200"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    before = shop.takeStock();
  }

  @Test
  @DisplayName("says so in its terms: paymentFlow upfront")
  void announced() throws Exception {
    assertThat(shop.demand().at("/accepts/0/extra/paymentFlow").asText()).isEqualTo("upfront");
  }

  @Test
  @DisplayName("settles without verify, then works, and answers")
  void sells() throws Exception {
    String payment = shop.signature();

    HttpResponse<String> answer = shop.buy(payment);
    HttpResponse<String> again = shop.buy(payment);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(answer.body());
    assertThat(shop.since(before)).isEqualTo(new Books(1, 0, 1, 1, 200000));
  }

  @Test
  @DisplayName("does not settle for an input that the service does not take")
  void invalid() throws Exception {
    HttpResponse<String> answer = shop.buy(shop.signature(), "{}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(shop.since(before)).isEqualTo(new Books(0, 0, 0, 0, 0));
  }

  @Test
  @DisplayName("does not work for a payment that cannot be settled, and charges nothing")
  void refused() throws Exception {
    ObjectNode payment = shop.payment();
    ((ObjectNode) payment.path("payload"))
        .put("signature", shop.payment().at("/payload/signature").asText());

    HttpResponse<String> answer = shop.buy(Shop.encode(payment));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).upstream()).isZero();
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName(
      "an answer owed and made for a fresh signature is that of the payment that paid, too")
  void owedToBoth() throws Exception {
    String key = UUID.randomUUID().toString();
    ObjectNode payment = unnamed(shop.payment());
    ObjectNode forged = payment.deepCopy();
    ((ObjectNode) forged.path("payload"))
        .put("signature", shop.payment().at("/payload/signature").asText());
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    HttpResponse<String> unknown = named(payment, key);
    shop.advance(Duration.ofSeconds(6));
    ObjectNode fresh = unnamed(shop.payment());
    Shop.await(() -> named(fresh, key).statusCode() == 200);

    HttpResponse<String> first = named(payment, key);
    HttpResponse<String> again = named(fresh, key);
    HttpResponse<String> stranger = named(forged, key);

    assertThat(unknown.statusCode()).as(unknown.body()).isEqualTo(503);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(stranger.statusCode()).as(stranger.body()).isEqualTo(409);
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  /** A payment that names no identifier of its own. */
  private static ObjectNode unnamed(ObjectNode payment) {
    ((ObjectNode) payment.at("/extensions/payment-identifier/info")).remove("id");
    return payment;
  }

  private static HttpResponse<String> named(ObjectNode payment, String key) throws Exception {
    return shop.post(
        Shop.SERVICE, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment), "Idempotency-Key", key);
  }

  @Test
  @DisplayName("a failed call is told as paid and owed, and the same payment then gets the answer")
  void owed() throws Exception {
    String payment = shop.signature();
    String body = Shop.magic("/sandbox/throttle-once/first");
    String failing = Shop.magic("/sandbox/error/InternalError");

    HttpResponse<String> failed = shop.buy(payment, failing);
    HttpResponse<String> other = shop.buy(payment, body);
    HttpResponse<String> again = shop.buy(payment, failing);

    assertThat(failed.statusCode()).as(failed.body()).isEqualTo(503);
    assertThat(Shop.json(failed).path("error").asText()).isEqualTo("answer_owed");
    assertThat(Shop.json(failed).path("reason").asText()).isEqualTo("provider_failed");
    assertThat(Shop.json(failed).path("charged").asText()).isEqualTo("yes");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(Shop.json(again).path("error").asText()).isEqualTo("answer_owed");
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("a settlement that is called failed is unknown, and the answer follows, paid once")
  void calledFailed() throws Exception {
    String payment = shop.signature();
    shop.facilitator()
        .on("settle", 1, FaultyFacilitator.settlingAndCallingItFailed(500, "transaction_failed"));

    HttpResponse<String> first = shop.buy(payment);
    HttpResponse<String> second = shop.buy(payment);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(503);
    assertThat(Shop.json(first).path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(Shop.json(first).path("charged").asText()).isEqualTo("unknown");
    assertThat(Shop.json(first).path("reason").asText()).isEqualTo("transaction_failed");
    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 0, 2, 1, 200000));
  }

  @Test
  @DisplayName("a lost settle answer is unknown; the reconciler finds out, and the answer follows")
  void unknown() throws Exception {
    String payment = shop.signature();
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());

    HttpResponse<String> first = shop.buy(payment);
    HttpResponse<String> second = first;
    for (int i = 0; i < 100 && second.statusCode() != 200; i++) {
      Thread.sleep(100);
      second = shop.buy(payment);
    }

    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("after the time for an answer the money is owed back, and the payer gets a token")
  void credit() throws Exception {
    ObjectNode payment = shop.payment();
    String failing = Shop.magic("/sandbox/error/InternalError");
    assertThat(shop.buy(Shop.encode(payment), failing).statusCode()).isEqualTo(503);
    shop.advance(Duration.ofSeconds(1000));
    Shop.await(
        () ->
            Shop.json(shop.buy(Shop.encode(payment), failing))
                .path("error")
                .asText()
                .equals("refund_due"));

    HttpResponse<String> credited = claim(payment, shop.wallet());
    HttpResponse<String> afterwards = shop.buy(Shop.encode(payment), failing);
    HttpResponse<String> again = claim(payment, shop.wallet());

    assertThat(credited.statusCode()).as(credited.body()).isEqualTo(201);
    assertThat(Shop.json(credited).path("status").asText()).isEqualTo("paid");
    assertThat(Shop.json(afterwards).path("error").asText()).isEqualTo("credited");
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(Shop.json(again).path("paymentId")).isEqualTo(Shop.json(credited).path("paymentId"));
    assertThat(use(Shop.json(credited)).statusCode()).as("the lost token").isEqualTo(402);
    assertThat(use(Shop.json(again)).statusCode()).isEqualTo(200);
    assertThat(claim(payment, shop.wallet()).statusCode()).as("once used").isEqualTo(404);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("a credit is given to the wallet that paid only")
  void foreignCredit() throws Exception {
    ObjectNode payment = shop.payment();
    assertThat(
            shop.buy(Shop.encode(payment), Shop.magic("/sandbox/error/InternalError")).statusCode())
        .isEqualTo(503);

    JsonNode challenge = challenge(payment);
    HttpResponse<String> stranger =
        shop.post(
            "/api/credits",
            body(payment)
                .put("until", challenge.path("until").asText())
                .put("signature", "0x" + "11".repeat(64) + "1b")
                .toString());
    HttpResponse<String> late =
        shop.post(
            "/api/credits",
            body(payment)
                .put("until", "2020-01-01T00:00:00Z")
                .put("signature", "0x" + "11".repeat(64) + "1b")
                .toString());

    assertThat(stranger.statusCode()).as(stranger.body()).isEqualTo(403);
    assertThat(Shop.json(stranger).path("error").asText()).isEqualTo("credit_refused");
    assertThat(late.statusCode()).isEqualTo(403);
  }

  @Test
  @DisplayName("A payer whose address is mistyped is told so where he asks for his credit")
  void mistypedPayer() throws Exception {
    HttpResponse<String> answer =
        shop.post(
            "/api/credits",
            body(shop.payment())
                .put("payer", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
                .toString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Shop.json(answer).path("param").asText()).isEqualTo("/payer");
    assertThat(Shop.json(answer).path("message").asText())
        .contains("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  }

  private static ObjectNode body(ObjectNode payment) throws Exception {
    return ((ObjectNode) Shop.json("{}"))
        .put("payer", payment.at("/payload/authorization/from").asText())
        .put("nonce", payment.at("/payload/authorization/nonce").asText());
  }

  private static JsonNode challenge(ObjectNode payment) throws Exception {
    HttpResponse<String> answer = shop.post("/api/credits", body(payment).toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Shop.json(answer);
  }

  private static HttpResponse<String> claim(ObjectNode payment, SandboxWallet wallet)
      throws Exception {
    JsonNode challenge = challenge(payment);
    return shop.post(
        "/api/credits",
        body(payment)
            .put("until", challenge.path("until").asText())
            .put("signature", TextSigner.sign(wallet, challenge.path("message").asText()))
            .toString());
  }

  private static HttpResponse<String> use(JsonNode token) throws Exception {
    return shop.post(Shop.SERVICE, Shop.BODY, "X-Payment-Token", token.path("token").asText());
  }
}
