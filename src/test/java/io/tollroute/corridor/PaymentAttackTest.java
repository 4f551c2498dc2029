package io.tollroute.corridor;

import static io.tollroute.testing.Shop.ALIAS;
import static io.tollroute.testing.Shop.BODY;
import static io.tollroute.testing.Shop.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to get more than was paid for, or to have somebody pay twice. */
class PaymentAttackTest {

  /** Costs as much as {@link Shop#SERVICE}. */
  private static final String TWIN = "/api/tools/twin-face-comparison";

  /** Costs more, and changes its price. */
  private static final String DEAR = "/api/tools/dear-face-comparison";

  private static final String OTHER_BODY = BODY.replace("a.jpg", "another.jpg");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static FaceServices services;
  private static Shop shop;

  private Books before;

  /** What happened to money and work up to now. */
  private record Books(int upstream, int verified, int settlements, int settled, long earned) {

    static Books now() throws Exception {
      JsonNode counters = shop.books();
      return new Books(
          shop.upstreamCalls(),
          shop.facilitator().calls("verify"),
          shop.facilitator().calls("settle"),
          counters.path("settled").asInt(),
          counters.path("balances").path(SandboxChain.PAY_TO.toLowerCase(Locale.ROOT)).asLong());
    }
  }

  @BeforeAll
  static void open() throws Exception {
    services = new FaceServices(folder);
    services.write("masked-face-comparison", "0.20");
    services.write("twin-face-comparison", "0.20");
    services.write("dear-face-comparison", "0.50");
    shop =
        Shop.open(
            Map.of("TOLLROUTE_SERVICES", folder.toString(), "TOLLROUTE_SERVICES_POLL_MS", "50"));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void openBooks() throws Exception {
    before = Books.now();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Nested
  @DisplayName("the same payment again")
  class Replay {

    @Test
    @DisplayName("replayed three times it is the same answer, without work, verify or settle")
    void replays() throws Exception {
      String payment = shop.signature();
      HttpResponse<String> first = shop.buy(payment);
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      for (int i = 0; i < 3; i++) {
        assertReplayed(first, shop.buy(payment));
      }
      assertOneSale();
    }

    @Test
    @DisplayName("50 parallel copies are one call, one settlement and one answer")
    void fiftyCopies() throws Exception {
      String payment = shop.signature();
      String body = Shop.magic("/sandbox/slow/1000");
      List<HttpRequest> copies = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        copies.add(request(i % 2 == 0 ? SERVICE : ALIAS, body, "PAYMENT-SIGNATURE", payment));
      }

      List<HttpResponse<String>> answers = atOnce(copies);

      assertHonest(answers);
      HttpResponse<String> delivered =
          answers.stream().filter(answer -> answer.statusCode() == 200).findFirst().orElseThrow();
      assertReplayed(delivered, shop.buy(payment, body));
      assertOneSale();
    }

    @Test
    @DisplayName("20 parallel copies after a lost settlement settle nothing twice")
    void copiesOfALostSettlement() throws Exception {
      String payment = shop.signature();
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertThat(shop.buy(payment).statusCode()).isEqualTo(503);
      List<HttpRequest> copies = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        copies.add(request(SERVICE, BODY, "PAYMENT-SIGNATURE", payment));
      }

      List<HttpResponse<String>> answers = atOnce(copies);

      assertHonest(answers);
      assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 1);
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 1);
      assertThat(Books.now().settlements()).isEqualTo(before.settlements() + 2);
    }

    @Test
    @DisplayName("letter case and order of keys do not make a new payment")
    void otherSpelling() throws Exception {
      ObjectNode payment = shop.payment();
      HttpResponse<String> first = shop.buy(Shop.encode(payment));
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);

      ObjectNode respelt = payment.deepCopy();
      ObjectNode authorization = authorization(respelt);
      authorization.put("nonce", upper(authorization.path("nonce").asText()));
      authorization.put("from", upper(authorization.path("from").asText()));
      ObjectNode inner = (ObjectNode) respelt.get("payload");
      inner.put("signature", upper(inner.path("signature").asText()));
      ObjectNode reordered = JSON.createObjectNode();
      List.of("payload", "extensions", "accepted", "resource", "x402Version")
          .forEach(key -> reordered.set(key, respelt.get(key)));

      assertReplayed(first, shop.buy(Shop.encode(respelt)));
      assertReplayed(first, shop.buy(Shop.encode(reordered)));
      assertOneSale();
    }

    @Test
    @DisplayName("URL-safe base64 is not read, and nothing is consumed")
    void urlSafe() throws Exception {
      ObjectNode payment = shop.payment().put("note", "~~~???>>>");
      String standard = Shop.encode(payment);
      String urlSafe = standard.replace('+', '-').replace('/', '_');
      assertThat(urlSafe).isNotEqualTo(standard);

      assertRefused(shop.buy(urlSafe), 400, "malformed_payment");
      assertNothingMoved();
      assertThat(shop.buy(standard).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("another encoding of the signature is the same payment and opens no answer")
    void otherSignatureAfterwards() throws Exception {
      ObjectNode payment = shop.payment();
      ((ObjectNode) payment.get("extensions")).remove("payment-identifier");
      String body = Shop.magic("/encoded-again.jpg");
      assertThat(shop.buy(Shop.encode(payment), body).statusCode()).isEqualTo(200);

      assertRefused(shop.buy(Shop.encode(Forger.malleated(payment)), body), 409, "payment_used");
      assertRefused(shop.buy(Shop.encode(Forger.compacted(payment)), body), 409, "payment_used");
      assertOneSale();
    }

    @Test
    @DisplayName("another encoding of the signature does not show that the name is his, either")
    void otherSignatureOfNamed() throws Exception {
      ObjectNode payment = shop.payment();
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);

      assertRefused(
          shop.buy(Shop.encode(Forger.malleated(payment))), 409, "payment_identifier_used");
      assertRefused(
          shop.buy(Shop.encode(Forger.compacted(payment))), 409, "payment_identifier_used");
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 1);
      assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 1);
    }

    @Test
    @DisplayName("another encoding of the signature first is refused, and the genuine one good")
    void otherSignatureFirst() throws Exception {
      ObjectNode payment = shop.payment();

      assertRefused(shop.buy(Shop.encode(Forger.malleated(payment))), 402, "payment_refused");
      assertRefused(shop.buy(Shop.encode(Forger.compacted(payment))), 402, "payment_refused");
      assertThat(Books.now().upstream()).isEqualTo(before.upstream());
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("a stranger's signature changes nothing about an unfinished settlement")
    void otherSignatureInBetween() throws Exception {
      ObjectNode payment = shop.payment();
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(503);

      assertRefused(shop.buy(Shop.encode(Forger.malleated(payment))), 409, "payment_used");

      HttpResponse<String> resent = shop.buy(Shop.encode(payment));
      assertThat(resent.statusCode()).as(resent.body()).isEqualTo(200);
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 1);
      assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 1);
    }

    @Test
    @DisplayName("a stranger's signature changes nothing about an answer that was not charged")
    void otherSignatureOnAnUnchargedAnswer() throws Exception {
      ObjectNode payment = shop.payment();
      shop.facilitator()
          .on("settle", 1, FaultyFacilitator.answering(200, settleRefusal("insufficient_funds")));
      assertRefused(shop.buy(Shop.encode(payment)), 402, "settlement_refused");

      assertRefused(shop.buy(Shop.encode(Forger.malleated(payment))), 402, "payment_refused");

      HttpResponse<String> other = shop.buy(Shop.encode(payment), OTHER_BODY);
      assertThat(other.statusCode()).as("still free for any request").isEqualTo(200);
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 1);
    }

    @Test
    @DisplayName("canonical address and alias are one use, in both orders")
    void aliasIsTheSameProduct() throws Exception {
      String one = shop.signature();
      String other = shop.signature();
      HttpResponse<String> canonical = shop.post(SERVICE, BODY, "PAYMENT-SIGNATURE", one);
      HttpResponse<String> alias = shop.post(ALIAS, BODY, "PAYMENT-SIGNATURE", other);

      assertReplayed(canonical, shop.post(ALIAS, BODY, "PAYMENT-SIGNATURE", one));
      assertReplayed(alias, shop.post(SERVICE, BODY, "PAYMENT-SIGNATURE", other));
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 2);
      assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 2);
    }

    @Test
    @DisplayName("a payment that names the alias as its resource buys the service")
    void aliasAsResource() throws Exception {
      ObjectNode payment = shop.payment();
      resource(payment).put("url", resource(payment).path("url").asText().replace(SERVICE, ALIAS));

      assertThat(shop.buy(Shop.encode(payment)).statusCode()).isEqualTo(200);
      assertOneSale();
    }

    @Test
    @DisplayName("another body is refused after the sale, and the first one still replayed")
    void otherBody() throws Exception {
      String payment = shop.signature();
      HttpResponse<String> first = shop.buy(payment);

      HttpResponse<String> other = shop.buy(payment, OTHER_BODY);

      assertRefused(other, 409, "payment_used");
      assertThat(Shop.json(other).path("charged").asText()).isEqualTo("no");
      assertReplayed(first, shop.buy(payment));
      assertOneSale();
    }

    @Test
    @DisplayName("another body is refused while the first one is worked on")
    void otherBodyMeanwhile() throws Exception {
      String payment = shop.signature();
      String slow = Shop.magic("/sandbox/slow/1000");
      CompletableFuture<HttpResponse<String>> first =
          send(request(SERVICE, slow, "PAYMENT-SIGNATURE", payment));
      awaitUpstream(before.upstream() + 1);

      assertRefused(shop.buy(payment, OTHER_BODY), 409, "payment_in_progress");
      assertThat(first.get().statusCode()).isEqualTo(200);
      assertRefused(shop.buy(payment, OTHER_BODY), 409, "payment_used");
      assertOneSale();
    }

    @Test
    @DisplayName("another body is refused while the settlement of the first is unknown")
    void otherBodyInDoubt() throws Exception {
      String payment = shop.signature();
      shop.facilitator().on("settle", 1, FaultyFacilitator.hangingUp());
      assertThat(shop.buy(payment).statusCode()).isEqualTo(503);

      assertRefused(shop.buy(payment, OTHER_BODY), 409, "payment_used");
      assertThat(shop.buy(payment).statusCode()).isEqualTo(200);
      assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 1);
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 1);
    }

    @Test
    @DisplayName("the same JSON in another spelling is the same request")
    void sameMeaning() throws Exception {
      String payment = shop.signature();
      HttpResponse<String> first = shop.buy(payment);
      ObjectNode body = (ObjectNode) Shop.json(BODY);
      ObjectNode reordered = JSON.createObjectNode();
      reordered.set("ImageURLB", body.get("ImageURLB"));
      reordered.set("ImageURLA", body.get("ImageURLA"));

      assertReplayed(first, shop.buy(payment, " " + reordered.toPrettyString() + "\n"));
      assertOneSale();
    }
  }

  @Nested
  @DisplayName("a payment for something else")
  class Elsewhere {

    @Test
    @DisplayName("made for A it is refused on B of the same price, and still good on A")
    void otherService() throws Exception {
      for (String[] pair : new String[][] {{SERVICE, TWIN}, {TWIN, SERVICE}}) {
        String payment = Shop.encode(payment(pair[0]));
        before = Books.now();

        HttpResponse<String> misused = shop.post(pair[1], BODY, "PAYMENT-SIGNATURE", payment);

        assertRefused(misused, 402, "payment_refused");
        assertThat(Shop.json(misused).path("reason").asText()).isEqualTo("resource_mismatch");
        assertNothingMoved();
        assertThat(shop.post(pair[0], BODY, "PAYMENT-SIGNATURE", payment).statusCode())
            .isEqualTo(200);
        assertOneSale();
      }
    }

    @Test
    @DisplayName("without a resource the first claim binds it to the service")
    void boundByItsFirstUse() throws Exception {
      ObjectNode payment = shop.payment();
      payment.remove("resource");
      String header = Shop.encode(payment);
      HttpResponse<String> first = shop.post(TWIN, BODY, "PAYMENT-SIGNATURE", header);
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);

      assertRefused(shop.post(SERVICE, BODY, "PAYMENT-SIGNATURE", header), 409, "payment_used");
      assertReplayed(first, shop.post(TWIN, BODY, "PAYMENT-SIGNATURE", header));
      assertOneSale();
    }

    @ParameterizedTest(name = "[{index}] resource echoed: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("it is refused on a service of another price, in both directions")
    void otherPrice(boolean echoed) throws Exception {
      for (String[] pair : new String[][] {{SERVICE, DEAR}, {DEAR, SERVICE}}) {
        ObjectNode payment = payment(pair[0]);
        if (!echoed) {
          payment.remove("resource");
        }
        String header = Shop.encode(payment);
        before = Books.now();

        HttpResponse<String> misused = shop.post(pair[1], BODY, "PAYMENT-SIGNATURE", header);

        assertRefused(misused, 402, "payment_refused");
        assertNothingMoved();
        assertThat(shop.post(pair[0], BODY, "PAYMENT-SIGNATURE", header).statusCode())
            .isEqualTo(200);
        assertOneSale();
      }
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
        strings = {
          "https://attacker.example/api/tools/masked-face-comparison",
          "javascript:alert(document.cookie)",
          "<script>alert(1)</script>"
        })
    @DisplayName("a false resource is refused and not repeated in the answer")
    void falseResource(String url) throws Exception {
      ObjectNode payment = shop.payment();
      resource(payment).put("url", url);

      HttpResponse<String> answer = shop.buy(Shop.encode(payment));

      assertRefused(answer, 402, "payment_refused");
      assertThat(answer.body()).doesNotContain("attacker").doesNotContain("alert");
      assertThat(answer.headers().map().toString()).doesNotContain("alert");
      assertThat(Shop.demand(answer).toString()).doesNotContain("attacker");
      assertNothingMoved();
    }

    @Test
    @DisplayName("a genuine signature over less money or for oneself buys nothing")
    void genuineButWrong() throws Exception {
      ObjectNode cheap = shop.payment();
      ((ObjectNode) cheap.get("accepted")).put("amount", "1");
      authorization(cheap).put("value", "1");
      ObjectNode underpaid = shop.payment();
      authorization(underpaid).put("value", "1");
      ObjectNode overpaid = shop.payment();
      authorization(overpaid).put("value", "200001");
      ObjectNode toMyself = shop.payment();
      authorization(toMyself).put("to", shop.wallet().address());
      ((ObjectNode) toMyself.get("accepted")).put("payTo", shop.wallet().address());

      for (ObjectNode payment : List.of(cheap, underpaid, overpaid, toMyself)) {
        HttpResponse<String> answer = shop.buy(Shop.encode(Forger.signed(payment, shop.wallet())));
        assertRefused(answer, 402, "payment_refused");
      }
      assertNothingMoved();
    }
  }

  @Nested
  @DisplayName("after a change of the price")
  class PriceChange {

    @AfterEach
    void oldPrice() throws Exception {
      changePrice("0.50");
    }

    @Test
    @DisplayName("a payment at the old price buys at the old price, and the new one is offered")
    void oldPriceIsKept() throws Exception {
      String payment = Shop.encode(payment(DEAR));
      changePrice("0.75");

      HttpResponse<String> answer = shop.post(DEAR, BODY, "PAYMENT-SIGNATURE", payment);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      HttpResponse<String> unpaid = shop.post(DEAR, "");
      assertThat(Shop.demand(unpaid).at("/accepts/0/amount").asText()).isEqualTo("750000");
      assertThat(Shop.json(unpaid).at("/accepts/0/maxAmountRequired").asText()).isEqualTo("750000");
      assertThat(Books.now().earned()).isEqualTo(before.earned() + 500_000);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(strings = {"PAYMENT-SIGNATURE", "X-PAYMENT"})
    @DisplayName("a settlement lost at the old price is finished at the old price")
    void lostSettlementIsResumed(String header) throws Exception {
      ObjectNode v2 = payment(DEAR);
      String payment = Shop.encode(header.equals("X-PAYMENT") ? v1(v2) : v2);
      shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
      assertRefused(shop.post(DEAR, BODY, header, payment), 503, "settlement_unknown");
      changePrice("0.75");

      HttpResponse<String> resent = shop.post(DEAR, BODY, header, payment);

      assertThat(resent.statusCode()).as(resent.body()).isEqualTo(200);
      assertSettledOnceAtTheOldPrice();
      assertThat(shop.post(DEAR, BODY, header, payment).body()).isEqualTo(resent.body());
    }

    @Test
    @DisplayName("a settlement that never arrived is made at the old price")
    void unsentSettlementIsResumed() throws Exception {
      String payment = Shop.encode(payment(DEAR));
      shop.facilitator().on("settle", 1, FaultyFacilitator.hangingUp());
      assertRefused(shop.post(DEAR, BODY, "PAYMENT-SIGNATURE", payment), 503, "settlement_unknown");
      changePrice("0.75");

      assertRefused(shop.post(DEAR, OTHER_BODY, "PAYMENT-SIGNATURE", payment), 409, "payment_used");
      HttpResponse<String> resent = shop.post(DEAR, BODY, "PAYMENT-SIGNATURE", payment);

      assertThat(resent.statusCode()).as(resent.body()).isEqualTo(200);
      assertSettledOnceAtTheOldPrice();
    }

    @Test
    @DisplayName("what was sold at the old price is replayed")
    void soldAnswerIsReplayed() throws Exception {
      String payment = Shop.encode(payment(DEAR));
      HttpResponse<String> first = shop.post(DEAR, BODY, "PAYMENT-SIGNATURE", payment);
      changePrice("0.75");

      assertReplayed(first, shop.post(DEAR, BODY, "PAYMENT-SIGNATURE", payment));
      assertOneSale();
    }

    private void assertSettledOnceAtTheOldPrice() throws Exception {
      Books now = Books.now();
      assertThat(now.upstream()).isEqualTo(before.upstream() + 1);
      assertThat(now.settled()).isEqualTo(before.settled() + 1);
      assertThat(now.earned()).isEqualTo(before.earned() + 500_000);
      List<String> sent = shop.facilitator().bodies("settle");
      assertThat(sent.get(sent.size() - 1)).isEqualTo(sent.get(sent.size() - 2));
    }
  }

  static Stream<String> worthlessSignatures() {
    String wrapped = "00".repeat(31) + "01" + "ab".repeat(200);
    return Stream.of(
        "0x" + "00".repeat(65),
        "0x" + "ff".repeat(65),
        "0x" + "ab".repeat(64) + "1b",
        "0x00",
        "0x" + wrapped,
        "0x" + wrapped + "6492".repeat(16));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("worthlessSignatures")
  @DisplayName("a signature that proves nothing buys nothing")
  void worthlessSignature(String signature) throws Exception {
    ObjectNode payment = shop.payment();

    HttpResponse<String> answer = shop.buy(Shop.encode(Forger.withSignature(payment, signature)));

    assertRefused(answer, 402, "payment_refused");
    assertThat(Books.now().upstream()).isEqualTo(before.upstream());
    assertThat(Books.now().settlements()).isEqualTo(before.settlements());
    assertThat(shop.buy(Shop.encode(payment)).statusCode()).as("not consumed").isEqualTo(200);
  }

  @Test
  @DisplayName("another one's signature buys nothing in the payer's name")
  void otherSigner() throws Exception {
    ObjectNode payment = Forger.signed(shop.payment(), SandboxWallet.empty(Clock.systemUTC()));

    HttpResponse<String> answer = shop.buy(Shop.encode(payment));

    assertRefused(answer, 402, "payment_refused");
    assertThat(Shop.json(answer).path("reason").asText()).isEqualTo("invalid_exact_evm_signature");
    assertThat(Books.now().upstream()).isEqualTo(before.upstream());
    assertThat(Books.now().settlements()).isEqualTo(before.settlements());
  }

  @Test
  @DisplayName("who has no money gets no work")
  void unfunded() throws Exception {
    HttpResponse<String> answer = shop.buy(Shop.encode(unfundedPayment()));

    assertRefused(answer, 402, "payment_refused");
    assertThat(Shop.json(answer).path("reason").asText())
        .isEqualTo("invalid_exact_evm_insufficient_balance");
    assertThat(Books.now().upstream()).isEqualTo(before.upstream());
    assertThat(Books.now().settlements()).isEqualTo(before.settlements());
  }

  @Test
  @DisplayName("who is drained after verify gets no answer until the settlement succeeds")
  void drained() throws Exception {
    String payment = Shop.encode(unfundedPayment());
    shop.facilitator().on("verify", 1, FaultyFacilitator.answering(200, "{\"isValid\":true}"));

    HttpResponse<String> answer = shop.buy(payment);

    assertRefused(answer, 402, "settlement_refused");
    assertThat(answer.body()).doesNotContain("Similarity").doesNotContain("Result");
    JsonNode receipt = Shop.decode(answer.headers().firstValue("PAYMENT-RESPONSE").orElseThrow());
    assertThat(receipt.path("success").asBoolean(true)).isFalse();
    assertThat(receipt.path("transaction").asText("?")).isEmpty();
    assertThat(answer.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
    assertRefused(shop.buy(payment), 402, "settlement_refused");
    assertThat(Books.now().settled()).isEqualTo(before.settled());
    assertThat(Books.now().upstream())
        .as("the work is not done again")
        .isEqualTo(before.upstream() + 1);

    fund();
    HttpResponse<String> paid = shop.buy(payment);
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    assertThat(Books.now().earned()).isEqualTo(before.earned() + 200_000);
    assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 1);
  }

  @Nested
  @DisplayName("payment identifiers")
  class Identifiers {

    private static final String ID = "order_2026_11_23_";

    @Test
    @DisplayName("the same identifier with the same payment is the same answer")
    void samePayment() throws Exception {
      String payment = Shop.encode(named(shop.payment(), ID + "same"));
      HttpResponse<String> first = shop.buy(payment);

      assertReplayed(first, shop.buy(payment));
      assertOneSale();
    }

    @Test
    @DisplayName("the same identifier with another payment is the same answer, and it stays good")
    void otherPayment() throws Exception {
      HttpResponse<String> first = shop.buy(Shop.encode(named(shop.payment(), ID + "other")));
      ObjectNode other = shop.payment();

      assertReplayed(first, shop.buy(Shop.encode(named(other, ID + "other"))));
      assertRefused(
          shop.buy(Shop.encode(named(other, ID + "other")), Shop.magic("/other.jpg")),
          409,
          "payment_identifier_used");
      assertOneSale();
      assertThat(shop.buy(Shop.encode(named(other, ID + "another"))).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("none is required: without the extension, and without an id in it")
    void notRequired() throws Exception {
      ObjectNode without = shop.payment();
      ((ObjectNode) without.get("extensions")).remove("payment-identifier");
      ObjectNode empty = shop.payment();
      ((ObjectNode) empty.at("/extensions/payment-identifier/info")).remove("id");

      HttpResponse<String> first = shop.buy(Shop.encode(without), Shop.magic("/unnamed.jpg"));
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      HttpResponse<String> second = shop.buy(Shop.encode(empty), Shop.magic("/no-name.jpg"));
      assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 2);
    }

    @Test
    @DisplayName("another payer's identifier reads nothing of his")
    void otherPayer() throws Exception {
      HttpResponse<String> his = shop.buy(Shop.encode(named(shop.payment(), ID + "his")));
      assertThat(his.statusCode()).isEqualTo(200);

      HttpResponse<String> mine = shop.buy(Shop.encode(named(unfundedPayment(), ID + "his")));

      assertRefused(mine, 402, "payment_refused");
      assertThat(mine.body()).doesNotContain("Similarity");
      assertThat(Books.now().settled()).isEqualTo(before.settled() + 1);
      assertThat(Books.now().upstream()).isEqualTo(before.upstream() + 1);
    }

    @Test
    @DisplayName("of 20 different payments with one identifier at once one is sold")
    void race() throws Exception {
      List<HttpRequest> requests = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String payment = Shop.encode(named(shop.payment(), ID + "race"));
        requests.add(request(SERVICE, BODY, "PAYMENT-SIGNATURE", payment));
      }

      List<HttpResponse<String>> answers = atOnce(requests);

      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() == 200)
          .isNotEmpty()
          .extracting(HttpResponse::body)
          .containsOnly(shop.buy(Shop.encode(named(shop.payment(), ID + "race"))).body());
      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() != 200)
          .allSatisfy(answer -> assertRefused(answer, 409, "payment_in_progress"));
      assertOneSale();
    }
  }

  @Test
  @DisplayName("an authorization that a third party settled before buys nothing")
  void preempted() throws Exception {
    ObjectNode payment = shop.payment();
    settleDirectly(payment, payment.get("accepted"));
    before = Books.now();

    HttpResponse<String> answer = shop.buy(Shop.encode(payment));

    assertRefused(answer, 402, "payment_refused");
    assertThat(Shop.json(answer).path("reason").asText())
        .isEqualTo("invalid_exact_evm_nonce_already_used");
    assertThat(Books.now().upstream()).isEqualTo(before.upstream());
    assertThat(Books.now().settlements()).isEqualTo(before.settlements());
    assertThat(Books.now().settled()).isEqualTo(before.settled());
  }

  @Test
  @DisplayName("one that is used up between verify and settle is unknown, never 402")
  void preemptedInBetween() throws Exception {
    shop.facilitator()
        .on(
            "settle",
            1,
            FaultyFacilitator.answering(
                200, settleRefusal("invalid_exact_evm_nonce_already_used")));

    HttpResponse<String> answer = shop.buy(shop.signature());

    assertRefused(answer, 503, "settlement_unknown");
    assertThat(Shop.json(answer).path("charged").asText()).isEqualTo("unknown");
    assertThat(answer.body()).doesNotContain("Similarity");
  }

  private void assertOneSale() throws Exception {
    Books now = Books.now();
    assertThat(now.upstream()).as("calls of the provider").isEqualTo(before.upstream() + 1);
    assertThat(now.verified()).as("verify").isEqualTo(before.verified() + 1);
    assertThat(now.settlements()).as("settle").isEqualTo(before.settlements() + 1);
    assertThat(now.settled()).as("settled").isEqualTo(before.settled() + 1);
  }

  private void assertNothingMoved() throws Exception {
    assertThat(Books.now()).isEqualTo(before);
  }

  /** Every copy got the one answer, or was told honestly to come again. */
  private static void assertHonest(List<HttpResponse<String>> answers) throws Exception {
    List<HttpResponse<String>> delivered =
        answers.stream().filter(answer -> answer.statusCode() == 200).toList();
    assertThat(delivered).isNotEmpty();
    assertThat(delivered).extracting(HttpResponse::body).containsOnly(delivered.get(0).body());
    for (HttpResponse<String> answer : answers) {
      if (answer.statusCode() != 200) {
        assertThat(answer.statusCode()).as(answer.body()).isIn(409, 503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(Shop.json(answer).path("retryable").asBoolean()).isTrue();
      }
    }
  }

  private static void assertReplayed(HttpResponse<String> first, HttpResponse<String> again) {
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(again.headers().firstValue("PAYMENT-RESPONSE"))
        .isPresent()
        .isEqualTo(first.headers().firstValue("PAYMENT-RESPONSE"));
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String word)
      throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Shop.json(answer).path("error").asText()).as(answer.body()).isEqualTo(word);
    assertThat(Shop.json(answer).path("charged").asText())
        .isEqualTo(
            List.of("settlement_unknown", "payment_in_progress").contains(word) ? "unknown" : "no");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
  }

  private static ObjectNode payment(String path) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(path, ""));
    return shop.wallet().sign(demand, demand.at("/accepts/0"));
  }

  private static ObjectNode unfundedPayment() throws Exception {
    ObjectNode demand = shop.demand();
    return SandboxWallet.empty(Clock.systemUTC()).sign(demand, demand.at("/accepts/0"));
  }

  private static ObjectNode v1(ObjectNode v2) {
    ObjectNode v1 = JSON.createObjectNode().put("x402Version", 1);
    v1.put("scheme", "exact").put("network", "base-sepolia");
    v1.set("payload", v2.get("payload"));
    return v1;
  }

  private static ObjectNode named(ObjectNode payment, String id) {
    ((ObjectNode) payment.at("/extensions/payment-identifier/info")).put("id", id);
    return payment;
  }

  private static ObjectNode authorization(ObjectNode payment) {
    return (ObjectNode) payment.at("/payload/authorization");
  }

  private static ObjectNode resource(ObjectNode payment) {
    return (ObjectNode) payment.get("resource");
  }

  private static String upper(String hex) {
    return "0x" + hex.substring(2).toUpperCase(Locale.ROOT);
  }

  private static String settleRefusal(String reason) {
    return JSON.createObjectNode()
        .put("success", false)
        .put("errorReason", reason)
        .put("transaction", "")
        .put("network", SandboxChain.NETWORK)
        .toString();
  }

  /** Gives the empty wallet the price of one call. */
  private static void fund() throws Exception {
    ObjectNode demand = shop.demand();
    ObjectNode gift = ((ObjectNode) demand.at("/accepts/0")).deepCopy();
    gift.put("payTo", SandboxWallet.empty(Clock.systemUTC()).address());
    settleDirectly(shop.wallet().sign(demand, gift), gift);
  }

  /** Settles past the shop, as anybody may who has seen the authorization. */
  private static void settleDirectly(ObjectNode payment, JsonNode requirements) throws Exception {
    ObjectNode request = JSON.createObjectNode().put("x402Version", 2);
    request.set("paymentPayload", payment);
    request.set("paymentRequirements", requirements);
    HttpResponse<String> answer = shop.post("/sandbox/facilitator/settle", request.toString());
    assertThat(Shop.json(answer).path("success").asBoolean()).as(answer.body()).isTrue();
  }

  private static HttpRequest request(String path, String body, String header, String payment) {
    return HttpRequest.newBuilder(shop.base().resolve(path))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .header("Content-Type", "application/json")
        .header(header, payment)
        .build();
  }

  private static CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
    return shop.client().sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private static List<HttpResponse<String>> atOnce(List<HttpRequest> requests) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> sent =
        requests.stream().map(PaymentAttackTest::send).toList();
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> future : sent) {
      answers.add(future.get());
    }
    return answers;
  }

  private static void awaitUpstream(int calls) throws Exception {
    Shop.await(() -> shop.upstreamCalls() >= calls);
    assertThat(shop.upstreamCalls()).isEqualTo(calls);
  }

  /** Changes the price of the dear service and waits until it is asked for. */
  private static void changePrice(String amount) throws Exception {
    services.write("dear-face-comparison", amount);
    String units = amount.replace("0.", "") + "0000";
    Shop.await(
        () -> Shop.demand(shop.post(DEAR, "")).at("/accepts/0/amount").asText().equals(units));
  }
}
