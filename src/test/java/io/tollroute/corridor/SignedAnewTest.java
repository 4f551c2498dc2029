package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.sql.LedgerPlace;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that knows no key signs anew whenever it is asked again. While its earlier payment for
 * the same request is undecided, it does not pay a second time.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
class SignedAnewTest {

  private static final String UPFRONT = "/api/tools/upfront-comparison";
  private static final String ORDER = "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}";

  @TempDir private static Path folder;
  private static Shop shop;
  private static TokenBuyer buyer;

  @Parameter private LedgerPlace.Kind kind;
  private String body;
  private Books before;

  @BeforeParameterizedClassInvocation
  static void open(LedgerPlace.Kind kind) throws Exception {
    Path own = Files.createDirectories(folder.resolve(kind.name()));
    FaceServices services = new FaceServices(own);
    services.write("masked-face-comparison", "0.20");
    services.write("upfront-comparison", "0.20", "first");
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_SERVICES", own.toString());
    if (kind == LedgerPlace.Kind.POSTGRESQL) {
      settings.putAll(PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    }
    shop = Shop.open(settings);
    buyer = new TokenBuyer(shop);
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    shop.close();
  }

  @BeforeEach
  void takeStock() throws Exception {
    body =
        Shop.BODY.replace("images.example.com/a", "images.example.com/" + UUID.randomUUID() + "/a");
    before = shop.takeStock();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @ParameterizedTest
  @CsvSource({
    "200, transaction_failed",
    "200, unexpected_settle_error",
    "500, transaction_failed",
    "500, unexpected_settle_error"
  })
  @DisplayName("A settlement that is called failed and was not: who asks again pays once")
  void calledFailed(int status, String reason) throws Exception {
    shop.facilitator()
        .on("settle", 1, FaultyFacilitator.settlingAndCallingItFailed(status, reason));
    ObjectNode first = payment();
    assertRefused(shop.buy(Shop.encode(first), body), reason);

    HttpResponse<String> anew = shop.buy(Shop.encode(payment()), body);
    HttpResponse<String> v1 = shop.post(Shop.SERVICE, body, "X-PAYMENT", TokenBuyer.v1(payment()));
    HttpResponse<String> alias =
        shop.post(Shop.ALIAS, body, "PAYMENT-SIGNATURE", Shop.encode(payment()));

    assertRefused(anew, "earlier_payment_undecided");
    assertThat(anew.headers().firstValue("Retry-After")).isPresent();
    assertThat(anew.headers().firstValue("PAYMENT-REQUIRED")).isEmpty();
    assertRefused(v1, "earlier_payment_undecided");
    assertRefused(alias, "earlier_payment_undecided");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName("A tool that is called again with another signature pays once as well")
  void tool() throws Exception {
    loseTheAnswer();

    JsonNode result = call(payment()).path("structuredContent");

    assertThat(result.path("error").asText()).as(result.toString()).isEqualTo("settlement_unknown");
    assertThat(result.path("reason").asText()).isEqualTo("earlier_payment_undecided");
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName("A service that is paid before its work is not paid for twice either")
  void paidFirst() throws Exception {
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    String first = upfrontSignature();
    assertThat(upfront(first).statusCode()).isEqualTo(503);

    HttpResponse<String> anew = upfront(upfrontSignature());

    assertRefused(anew, "earlier_payment_undecided");
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).income()).isEqualTo(200_000);
    assertThat(shop.since(before).upstream()).isZero();
  }

  @Test
  @DisplayName("A token that is bought at once is not paid for twice either")
  void atOnce() throws Exception {
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    String first = orderSignature();
    assertThat(order(first).statusCode()).isEqualTo(503);

    HttpResponse<String> anew = order(orderSignature());

    assertRefused(anew, "earlier_payment_undecided");
    assertThat(anew.body()).doesNotContain("tok_");
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).income()).isEqualTo(400_000);
  }

  @Test
  @DisplayName("Another request, and the same under a key of its own, are other purchases")
  void meant() throws Exception {
    loseTheAnswer();

    HttpResponse<String> other = shop.buy(Shop.encode(payment()), Shop.BODY);
    HttpResponse<String> keyed =
        shop.post(
            Shop.SERVICE,
            body,
            "PAYMENT-SIGNATURE",
            Shop.encode(payment()),
            "Idempotency-Key",
            UUID.randomUUID().toString());

    assertThat(other.statusCode()).as(other.body()).isEqualTo(200);
    assertThat(keyed.statusCode()).as(keyed.body()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(3);
  }

  @Test
  @DisplayName("Once the first payment is decided, another signature is another purchase")
  void decided() throws Exception {
    ObjectNode first = payment();
    shop.facilitator().on("settle", 1, FaultyFacilitator.hangingUp());
    assertThat(shop.buy(Shop.encode(first), body).statusCode()).isEqualTo(503);
    String anew = Shop.encode(payment());
    assertRefused(shop.buy(anew, body), "earlier_payment_undecided");

    HttpResponse<String> resumed = shop.buy(Shop.encode(first), body);
    HttpResponse<String> second = shop.buy(anew, body);

    assertThat(resumed.statusCode()).as(resumed.body()).isEqualTo(200);
    assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
    assertThat(shop.since(before).settled()).isEqualTo(2);
    assertThat(shop.since(before).upstream()).isEqualTo(2);
  }

  private static ObjectNode payment() throws Exception {
    return unnamed(shop.payment());
  }

  private static ObjectNode unnamed(ObjectNode payment) {
    ((ObjectNode) payment.at("/extensions/payment-identifier/info")).remove("id");
    return payment;
  }

  private static String upfrontSignature() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(UPFRONT, ""));
    return Shop.encode(unnamed(shop.wallet().sign(demand, demand.at("/accepts/0"))));
  }

  private HttpResponse<String> upfront(String signature) throws Exception {
    return shop.post(UPFRONT, body, "PAYMENT-SIGNATURE", signature);
  }

  private static String orderSignature() throws Exception {
    ObjectNode terms = buyer.order(2).deepCopy();
    terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
    // what an order's document shows names nothing
    return Shop.encode(shop.wallet().sign(terms, terms.at("/accepts/0")));
  }

  private static HttpResponse<String> order(String signature) throws Exception {
    return shop.post(TokenBuyer.PAYMENTS, ORDER, "PAYMENT-SIGNATURE", signature);
  }

  private void loseTheAnswer() throws Exception {
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    assertThat(shop.buy(Shop.encode(payment()), body).statusCode()).isEqualTo(503);
  }

  private JsonNode call(ObjectNode payment) throws Exception {
    ObjectNode message =
        (ObjectNode) Shop.json("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}");
    ObjectNode params = message.putObject("params").put("name", "masked_face_comparison");
    params.set("arguments", Shop.json(body));
    params.putObject("_meta").set("x402/payment", payment);
    return Shop.json(shop.post("/mcp", message.toString())).path("result");
  }

  private static void assertRefused(HttpResponse<String> answer, String reason) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    JsonNode refusal = Shop.json(answer);
    assertThat(refusal.path("error").asText()).isEqualTo("settlement_unknown");
    assertThat(refusal.path("reason").asText()).as(answer.body()).isEqualTo(reason);
    assertThat(refusal.path("charged").asText()).isEqualTo("unknown");
  }
}
