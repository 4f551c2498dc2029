package io.tollroute.purchase;

import static io.tollroute.testing.Shop.BODY;
import static io.tollroute.testing.Shop.SERVICE;
import static io.tollroute.testing.TokenBuyer.assertNotPayable;
import static io.tollroute.testing.TokenBuyer.assertRefused;
import static io.tollroute.testing.TokenBuyer.comparable;
import static io.tollroute.testing.TokenBuyer.v1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.Recovery;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to get a token for less than its price, or to have one paid twice. */
class OrderAttackTest {

  private static final String DEAR = "/api/tools/dear-face-comparison";
  private static final Books NOTHING = new Books(0, 0, 0, 0, 0);

  @TempDir private static Path folder;
  private static FaceServices services;
  private static Shop shop;
  private static TokenBuyer buyer;

  private Books before;

  @BeforeAll
  static void open() throws Exception {
    services = new FaceServices(folder);
    services.write("masked-face-comparison", "0.20");
    services.write("twin-face-comparison", "0.20");
    services.write("dear-face-comparison", "0.50");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES",
                folder.toString(),
                "TOLLROUTE_SERVICES_POLL_MS",
                "50",
                "TOLLROUTE_PAYMENTS_PROVIDERS",
                "x402,manual"));
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
  @DisplayName("an order")
  class Orders {

    @Test
    @DisplayName("who pays for another is told before, and is not shown the token")
    void fixation() throws Exception {
      ObjectNode attackers = buyer.order(1);
      HttpResponse<String> terms = shop.post(TokenBuyer.path(attackers) + "/pay", "");

      HttpResponse<String> paid = buyer.pay(attackers);

      assertThat(Shop.demand(terms).at("/resource/description").asText())
          .contains("pay only for a token that you hold");
      assertThat(paid.statusCode()).isEqualTo(200);
      for (HttpResponse<String> answer :
          List.of(terms, paid, shop.get(TokenBuyer.path(attackers)))) {
        assertThat(answer.headers().map() + answer.body()).doesNotContain("tok_");
      }
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "pay_AAAAAAAAAAAAAAAAAAAAAAAA",
          "pay_1",
          "1",
          "pay_%27%20OR%201=1--",
          "tok_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        })
    @DisplayName("an id that nobody was given is 404, shown or paid, always of one shape")
    void unknownId(String id) throws Exception {
      HttpResponse<String> shown = shop.get("/api/payments/" + id);
      HttpResponse<String> paid =
          shop.post("/api/payments/" + id + "/pay", "", "PAYMENT-SIGNATURE", shop.signature());

      assertThat(shown.statusCode()).isEqualTo(404);
      assertThat(paid.statusCode()).isEqualTo(404);
      assertThat(comparable(paid)).isEqualTo(comparable(shown));
      assertThat(comparable(shown))
          .isEqualTo(comparable(shop.get("/api/payments/pay_BBBBBBBBBBBBBBBBBBBBBBBB")));
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("ids of payments do not follow one another")
    void ids() throws Exception {
      String one = buyer.order(1).path("paymentId").asText();
      String next = buyer.order(1).path("paymentId").asText();

      assertThat(Base64.getUrlDecoder().decode(one.substring(4))).hasSize(18);
      int equal = 0;
      for (int i = 4; i < one.length(); i++) {
        equal += one.charAt(i) == next.charAt(i) ? 1 : 0;
      }
      assertThat(equal).isLessThan(12);
    }

    @Test
    @DisplayName("too little or too much is refused before anything moves; exact is taken")
    void otherAmount() throws Exception {
      ObjectNode ordered = buyer.order(2);
      for (String value : List.of("0", "1", "200000", "399999", "400001", "800000")) {
        ObjectNode payment = shop.wallet().sign(ordered, ordered.at("/accepts/0"));
        ((ObjectNode) payment.at("/payload/authorization")).put("value", value);
        HttpResponse<String> answer =
            buyer.pay(ordered, Shop.encode(Forger.signed(payment, shop.wallet())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
      }
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyer.status(ordered)).isEqualTo("pending");
      assertThat(buyer.pay(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(400_000);
    }

    @Test
    @DisplayName("money that left before the end of an order and is confirmed after it counts")
    void confirmedLate() throws Exception {
      ObjectNode ordered = buyer.order(1);
      String signature = buyer.signature(ordered);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertThat(buyer.pay(ordered, signature).statusCode()).isEqualTo(503);
      shop.advance(Duration.ofSeconds(3601));
      assertThat(buyer.status(ordered)).isEqualTo("expired");

      HttpResponse<String> late = buyer.pay(ordered, signature);

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(buyer.status(ordered)).isEqualTo("paid");
      assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @Test
    @DisplayName("an invoice: too little nothing, too much once, the rest owed, late all the same")
    void invoice() throws Exception {
      ObjectNode short_ = invoiced();
      ObjectNode much = invoiced();
      ObjectNode late = invoiced();

      assertThat(markPaid(short_, 19, "s").statusCode()).isEqualTo(409);
      assertRefused(buyer.use(short_), "token_pending");
      assertThat(markPaid(much, 25, "m").statusCode()).isEqualTo(200);
      assertThat(markPaid(much, 25, "m").statusCode()).as("the same again").isEqualTo(200);
      assertThat(markPaid(much, 20, "m2").statusCode()).as("another").isEqualTo(409);
      JsonNode row = Shop.json(buyer.manage("GET", "payments/" + id(much), ""));
      assertThat(row.path("excessCents").asInt()).isEqualTo(5);
      assertThat(buyer.use(much).statusCode()).isEqualTo(200);
      assertRefused(buyer.use(much, Shop.magic("/b.jpg")), "token_exhausted");
      shop.advance(Duration.ofSeconds(3601));
      assertRefused(buyer.use(late), "token_expired");
      assertThat(markPaid(late, 20, "l").statusCode()).isEqualTo(200);
      assertThat(buyer.use(late).statusCode()).isEqualTo(200);

      assertThat(shop.since(before)).isEqualTo(new Books(2, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("an invoice is not paid with a signature, whether terms were asked for or not")
    void invoiceSigned() throws Exception {
      ObjectNode invoice = invoiced();
      ObjectNode terms = buyer.order(1);
      ObjectNode forInvoice = terms.deepCopy();
      forInvoice
          .withObject("/resource")
          .put("url", shop.base() + TokenBuyer.path(invoice) + "/pay");
      ObjectNode atOnce = terms.deepCopy();
      atOnce.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
      before = shop.takeStock();

      assertNotPayable(shop.post(TokenBuyer.path(invoice) + "/pay", ""), "paid_through_manual");
      assertNotPayable(buyer.pay(invoice, buyer.signature(forInvoice)), "paid_through_manual");
      HttpResponse<String> bought =
          shop.post(
              TokenBuyer.PAYMENTS,
              "{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"}",
              "PAYMENT-SIGNATURE",
              buyer.signature(atOnce));

      assertThat(bought.statusCode()).as(bought.body()).isEqualTo(400);
      assertThat(Shop.json(bought).path("param").asText()).isEqualTo("/providerId");
      assertThat(buyer.status(invoice)).isEqualTo("pending");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource({
      "POST, /api/payments/{id}/paid",
      "POST, /api/payments/{id}/mark-paid",
      "POST, /api/payments/{id}/refund",
      "POST, /api/payments/{id}/webhook",
      "POST, /api/payments/{id}",
      "PUT, /api/payments/{id}",
      "PATCH, /api/payments/{id}",
      "POST, /api/webhooks/manual",
      "POST, /manage/payments/{id}/paid",
      "POST, /api/payments/../../manage/payments/{id}/paid",
      "POST, /api/payments/{id}/..%2f..%2f..%2fmanage/payments/{id}/paid"
    })
    @DisplayName("nothing at the buyers' port marks a payment as paid, the operator's token either")
    void forged(String method, String path) throws Exception {
      ObjectNode invoice = invoiced();
      String target = path.replace("{id}", id(invoice));
      String body = "{\"cents\":20,\"reference\":\"r\",\"status\":\"paid\",\"paid\":true}";

      RawHttp.Answer answer =
          shop.raw()
              .send(
                  RawHttp.post(
                          target,
                          body,
                          "Connection: close",
                          "Authorization: Bearer sandbox-operator-token",
                          "X-Webhook-Signature: sha256=00")
                      .replaceFirst("POST", method));

      assertThat(answer.status()).as(answer.body()).isIn(400, 404, 405);
      assertThat(buyer.status(invoice)).isEqualTo("pending");
      assertRefused(buyer.use(invoice), "token_pending");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("at the operator's port it takes the operator's token")
    void forgedAtTheOperators() throws Exception {
      ObjectNode invoice = invoiced();
      HttpResponse<String> answer =
          shop.client()
              .send(
                  HttpRequest.newBuilder(
                          shop.management().resolve("/manage/payments/" + id(invoice) + "/paid"))
                      .POST(BodyPublishers.ofString("{\"cents\":20,\"reference\":\"r\"}"))
                      .header("Authorization", "Bearer " + TokenBuyer.token(invoice))
                      .build(),
                  BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(buyer.status(invoice)).isEqualTo("pending");
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    private ObjectNode invoiced() throws Exception {
      return buyer.order("{\"serviceId\":\"masked-face-comparison\",\"providerId\":\"manual\"}");
    }

    private HttpResponse<String> markPaid(JsonNode invoice, int cents, String reference)
        throws Exception {
      return buyer.manage(
          "POST",
          "payments/" + id(invoice) + "/paid",
          "{\"cents\":" + cents + ",\"reference\":\"" + reference + "-" + id(invoice) + "\"}");
    }
  }

  @Nested
  @DisplayName("a signature for an order")
  class Signatures {

    @Test
    @DisplayName("fifty copies of one signature pay an order once")
    void copies() throws Exception {
      ObjectNode ordered = buyer.order(1);
      String signature = buyer.signature(ordered);
      List<CompletableFuture<HttpResponse<String>>> copies = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        copies.add(
            shop.client()
                .sendAsync(
                    HttpRequest.newBuilder(shop.base().resolve(TokenBuyer.path(ordered) + "/pay"))
                        .POST(BodyPublishers.noBody())
                        .header("PAYMENT-SIGNATURE", signature)
                        .build(),
                    BodyHandlers.ofString()));
      }

      int paid = 0;
      for (CompletableFuture<HttpResponse<String>> copy : copies) {
        HttpResponse<String> answer = copy.get();
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 409);
        if (answer.statusCode() == 200) {
          paid++;
        } else {
          assertThat(Shop.json(answer).path("error").asText()).isEqualTo("payment_in_progress");
          assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
      }
      assertThat(paid).isPositive();
      assertThat(buyer.pay(ordered, signature).statusCode()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 1, 1, 200_000));
    }

    @Test
    @DisplayName("in the header of either version it is one payment")
    void versions() throws Exception {
      ObjectNode ordered = buyer.order(1);
      ObjectNode signed = shop.wallet().sign(ordered, ordered.at("/accepts/0"));

      HttpResponse<String> first =
          shop.post(TokenBuyer.path(ordered) + "/pay", "", "X-PAYMENT", v1(signed));
      HttpResponse<String> again = buyer.pay(ordered, Shop.encode(signed));

      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(first.headers().firstValue("X-PAYMENT-RESPONSE")).isPresent();
      assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
      assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 1, 1, 200_000));
    }

    @Test
    @DisplayName("one that bought a token buys no other one, of the same price either")
    void otherOrder() throws Exception {
      String signature = signatureAtOnce(5);
      HttpResponse<String> bought = buyAtOnce(signature, "masked-face-comparison", 5);

      HttpResponse<String> other = buyAtOnce(signature, "dear-face-comparison", 2);

      assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
      assertThat(other.statusCode()).as(other.body()).isEqualTo(409);
      assertThat(Shop.json(other).path("error").asText()).isEqualTo("payment_used");
      assertThat(other.body()).doesNotContain("tok_");
      assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 1, 1, 1_000_000));
    }

    @Test
    @DisplayName("one over the price of three calls does not buy four, nor a call of a service")
    void otherPrice() throws Exception {
      String signature = signatureAtOnce(3);

      HttpResponse<String> four = buyAtOnce(signature, "masked-face-comparison", 4);
      HttpResponse<String> call = shop.buy(signature);

      assertThat(four.statusCode()).as(four.body()).isEqualTo(402);
      assertThat(call.statusCode()).as(call.body()).isEqualTo(402);
      assertThat(shop.since(before)).isEqualTo(NOTHING);
      assertThat(buyAtOnce(signature, "masked-face-comparison", 3).statusCode()).isEqualTo(201);
      assertThat(shop.since(before).income()).isEqualTo(600_000);
    }

    @Test
    @DisplayName("worthless or without funds it pays nothing, and the order can be paid")
    void worthless() throws Exception {
      ObjectNode ordered = buyer.order(1);
      ObjectNode forged =
          Forger.withSignature(
              shop.wallet().sign(ordered, ordered.at("/accepts/0")), "0x" + "ab".repeat(64) + "1b");
      String unfunded =
          Shop.encode(
              SandboxWallet.empty(Clock.systemUTC()).sign(ordered, ordered.at("/accepts/0")));

      for (String signature : List.of(Shop.encode(forged), unfunded)) {
        HttpResponse<String> answer = buyer.pay(ordered, signature);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(402);
        assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("no");
        assertThat(buyer.status(ordered)).isEqualTo("pending");
      }
      assertThat(shop.since(before).settleCalls()).isZero();
      assertThat(buyer.pay(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @Test
    @DisplayName("settlement refused: not paid, no token, and another signature may pay")
    void refused() throws Exception {
      ObjectNode ordered = buyer.order(1);
      String first = buyer.signature(ordered);
      shop.facilitator().on("settle", 1, FaultyFacilitator.answering(200, noFunds()));
      HttpResponse<String> refused = buyer.pay(ordered, first);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
      assertThat(Shop.json(refused).path("error").asText()).isEqualTo("settlement_refused");
      assertThat(Shop.json(refused).path("charged").asText()).isEqualTo("no");
      assertRefused(buyer.use(ordered), "token_pending");

      assertThat(buyer.pay(ordered).statusCode()).isEqualTo(200);
      assertNotPayable(buyer.pay(ordered, first), "payment_paid");

      assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
      assertThat(shop.since(before).upstream()).isEqualTo(1);
    }

    @Test
    @DisplayName("bought at once and refused: no token; funded, the same signature buys it")
    void refusedAtOnce() throws Exception {
      String signature = signatureAtOnce(1);
      shop.facilitator().on("settle", 1, FaultyFacilitator.answering(200, noFunds()));
      HttpResponse<String> refused = buyAtOnce(signature, "masked-face-comparison", 1);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
      assertThat(refused.headers().map() + refused.body()).doesNotContain("tok_");

      HttpResponse<String> bought = buyAtOnce(signature, "masked-face-comparison", 1);

      assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
      assertThat(buyer.use(Shop.json(bought)).statusCode()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, 200_000));
    }

    @Test
    @DisplayName("verify is silent: 503, nothing is consumed, and the same signature pays then")
    void verifySilent() throws Exception {
      ObjectNode ordered = buyer.order(1);
      String signature = buyer.signature(ordered);
      shop.facilitator().on("verify", 2, FaultyFacilitator.hangingUp());

      HttpResponse<String> answer = buyer.pay(ordered, signature);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("facilitator_unavailable");
      assertThat(shop.since(before).settled()).isZero();
      assertThat(buyer.status(ordered)).isEqualTo("pending");
      assertThat(buyer.pay(ordered, signature).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }

    @Test
    @DisplayName("settle speaks of another payer: unknown, no token, then paid once")
    void mixedUp() throws Exception {
      ObjectNode ordered = buyer.order(1);
      String signature = buyer.signature(ordered);
      shop.facilitator()
          .on(
              "settle",
              1,
              FaultyFacilitator.workingThenAnswering(
                  200,
                  "{\"success\":true,\"transaction\":\"0x"
                      + "12".repeat(32)
                      + "\",\"network\":\""
                      + SandboxChain.NETWORK
                      + "\",\"payer\":\"0x00000000000000000000000000000000000000aa\"}"));

      HttpResponse<String> answer = buyer.pay(ordered, signature);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(Shop.json(answer).path("error").asText()).isEqualTo("settlement_unknown");
      assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("unknown");
      assertRefused(buyer.use(ordered), "token_pending");
      assertThat(buyer.pay(ordered, signature).statusCode()).isEqualTo(200);
      assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 2, 1, 200_000));
    }

    @Test
    @DisplayName("who hangs up while paying has paid, once")
    void hungUp() throws Exception {
      ObjectNode ordered = buyer.order(1);
      String signature = buyer.signature(ordered);
      CountDownLatch released = new CountDownLatch(1);
      shop.facilitator().on("settle", FaultyFacilitator.holdingUntil(released));
      try (Socket socket = new Socket(shop.base().getHost(), shop.base().getPort())) {
        socket
            .getOutputStream()
            .write(
                RawHttp.post(
                        TokenBuyer.path(ordered) + "/pay", "", "PAYMENT-SIGNATURE: " + signature)
                    .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        Shop.await(() -> shop.since(before).settleCalls() == 1);
      }
      released.countDown();
      Shop.await(() -> buyer.status(ordered).equals("paid"));

      HttpResponse<String> again = buyer.pay(ordered, signature);

      assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
      assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
    }

    @Test
    @DisplayName("bought at once with one Idempotency-Key and two signatures it is paid once")
    void keyOfAPurchase() throws Exception {
      String key = UUID.randomUUID().toString();
      String one = signatureAtOnce(1);
      String other = signatureAtOnce(1);

      HttpResponse<String> first = buyAtOnce(one, "masked-face-comparison", 1, key);
      HttpResponse<String> again = buyAtOnce(one, "masked-face-comparison", 1, key);
      HttpResponse<String> second = buyAtOnce(other, "masked-face-comparison", 1, key);

      assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(second.statusCode()).as(second.body()).isEqualTo(201);
      assertThat(second.body()).isEqualTo(first.body());
      assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(shop.since(before)).isEqualTo(new Books(0, 1, 1, 1, 200_000));
    }

    /** A signature over the price of so many calls, for buying at once, without an identifier. */
    private String signatureAtOnce(int calls) throws Exception {
      ObjectNode terms = buyer.order(calls);
      terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
      ObjectNode payment = shop.wallet().sign(terms, terms.at("/accepts/0"));
      payment.remove("extensions");
      return Shop.encode(payment);
    }

    private HttpResponse<String> buyAtOnce(String signature, String service, int calls)
        throws Exception {
      return shop.post(
          TokenBuyer.PAYMENTS, orderOf(service, calls), "PAYMENT-SIGNATURE", signature);
    }

    private HttpResponse<String> buyAtOnce(String signature, String service, int calls, String key)
        throws Exception {
      return shop.post(
          TokenBuyer.PAYMENTS,
          orderOf(service, calls),
          "PAYMENT-SIGNATURE",
          signature,
          "Idempotency-Key",
          key);
    }

    private static String orderOf(String service, int calls) {
      return "{\"serviceId\":\"" + service + "\",\"calls\":" + calls + "}";
    }

    private static String noFunds() {
      return "{\"success\":false,\"errorReason\":\"insufficient_funds\",\"transaction\":\"\","
          + "\"network\":\""
          + SandboxChain.NETWORK
          + "\"}";
    }
  }

  @Nested
  @DisplayName("rows")
  class Rows {

    @Test
    @DisplayName("an unpaid call, and an order that is refused, write no row")
    void unpaid() throws Exception {
      JsonNode books = buyer.totals();
      for (int i = 0; i < 20; i++) {
        assertThat(shop.post(SERVICE, BODY).statusCode()).isEqualTo(402);
        assertThat(shop.post(TokenBuyer.PAYMENTS, "{\"serviceId\":\"none\"}").statusCode())
            .isEqualTo(404);
      }
      assertThat(buyer.totals()).isEqualTo(books);
      assertThat(shop.since(before)).isEqualTo(NOTHING);
    }

    @Test
    @DisplayName("an order that nobody paid is swept a day after its end; what is paid stays")
    void swept() throws Exception {
      Recovery recovery = shop.bean("recovery", Recovery.class);
      ObjectNode ordered = buyer.order(1);
      ObjectNode paid = buyer.paid(1);
      shop.advance(Duration.ofHours(20));
      recovery.eraseExpired();
      assertThat(buyer.status(ordered)).isEqualTo("expired");

      shop.advance(Duration.ofHours(6));
      recovery.eraseExpired();

      assertThat(shop.get(TokenBuyer.path(ordered)).statusCode()).isEqualTo(404);
      assertRefused(buyer.use(ordered), "unknown_token");
      assertThat(buyer.use(paid).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("an order whose payment is undecided is not swept, and is paid in the end")
    void undecided() throws Exception {
      Recovery recovery = shop.bean("recovery", Recovery.class);
      ObjectNode ordered = buyer.order(1);
      String signature = buyer.signature(ordered);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertThat(buyer.pay(ordered, signature).statusCode()).isEqualTo(503);
      shop.advance(Duration.ofDays(3));
      recovery.eraseExpired();
      assertThat(buyer.status(ordered)).isEqualTo("expired");

      HttpResponse<String> late = buyer.pay(ordered, signature);

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(200_000);
    }
  }

  @Nested
  @DisplayName("when services change")
  class Changes {

    @AfterEach
    void restore() throws Exception {
      services.write("dear-face-comparison", "0.50");
      awaitPrice("500000");
    }

    @Test
    @DisplayName("an order and a token keep the price at which they were ordered")
    void price() throws Exception {
      ObjectNode pending = buyer.order("dear-face-comparison", 2);
      ObjectNode paid = buyer.paid("dear-face-comparison", 1);
      before = shop.takeStock();
      services.write("dear-face-comparison", "0.75");
      awaitPrice("750000");

      ObjectNode terms = Shop.demand(shop.post(TokenBuyer.path(pending) + "/pay", ""));
      HttpResponse<String> old = buyer.pay(pending);

      assertThat(terms.at("/accepts/0/amount").asText()).isEqualTo("1000000");
      assertThat(old.statusCode()).as(old.body()).isEqualTo(200);
      assertThat(buyer.shown(pending).path("amountCents").asInt()).isEqualTo(100);
      assertThat(shop.since(before).income()).isEqualTo(1_000_000);
      assertThat(buyer.use(paid, DEAR, BODY).statusCode()).isEqualTo(200);
      assertThat(buyer.use(pending, DEAR, BODY).statusCode()).isEqualTo(200);
      assertThat(buyer.order("dear-face-comparison", 2).path("amountCents").asInt()).isEqualTo(150);
      assertThat(shop.since(before).income()).isEqualTo(1_000_000);
    }

    @Test
    @DisplayName("for a service that is gone no money is taken, and a paid token is kept for it")
    void removed() throws Exception {
      ObjectNode pending = buyer.order("dear-face-comparison", 1);
      String signature = buyer.signature(pending);
      ObjectNode paid = buyer.paid("dear-face-comparison", 1);
      before = shop.takeStock();
      services.remove("dear-face-comparison");
      Shop.await(() -> shop.post(DEAR, "").statusCode() == 404);

      HttpResponse<String> ordered =
          shop.post(TokenBuyer.PAYMENTS, "{\"serviceId\":\"dear-face-comparison\"}");
      HttpResponse<String> used = buyer.use(paid, DEAR, BODY);

      assertThat(ordered.statusCode()).isEqualTo(404);
      assertThat(used.statusCode()).as(used.body()).isEqualTo(404);
      assertThat(Shop.json(used).path("charged").asText()).isEqualTo("no");
      assertNotPayable(shop.post(TokenBuyer.path(pending) + "/pay", ""), "service_not_offered");
      assertNotPayable(buyer.pay(pending, signature), "service_not_offered");
      assertThat(buyer.status(pending)).isEqualTo("pending");
      assertThat(buyer.remaining(paid)).isEqualTo(1);
      assertThat(shop.since(before)).isEqualTo(NOTHING);

      restore();
      assertThat(buyer.use(paid, DEAR, BODY).statusCode()).isEqualTo(200);
      assertThat(buyer.pay(pending, signature).statusCode()).isEqualTo(200);
      assertThat(shop.since(before).income()).isEqualTo(500_000);
    }

    @Test
    @DisplayName("what was settled before the service went is still recorded as paid")
    void removedMeanwhile() throws Exception {
      ObjectNode pending = buyer.order("dear-face-comparison", 1);
      String signature = buyer.signature(pending);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertThat(buyer.pay(pending, signature).statusCode()).isEqualTo(503);
      services.remove("dear-face-comparison");
      Shop.await(() -> shop.post(DEAR, "").statusCode() == 404);

      HttpResponse<String> late = buyer.pay(pending, signature);

      assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
      assertThat(buyer.status(pending)).isEqualTo("paid");
      assertThat(shop.since(before).income()).isEqualTo(500_000);
    }
  }

  private static String id(JsonNode payment) {
    return payment.path("paymentId").asText();
  }

  private static void awaitPrice(String units) throws Exception {
    Shop.await(
        () -> {
          HttpResponse<String> answer = shop.post(DEAR, "");
          return answer.statusCode() == 402
              && Shop.demand(answer).at("/accepts/0/amount").asText().equals(units);
        });
  }
}
