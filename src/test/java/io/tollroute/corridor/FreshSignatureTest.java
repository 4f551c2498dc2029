package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.sql.LedgerPlace;
import io.tollroute.sandbox.Forger;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.FaultyFacilitator;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The same Idempotency-Key and request with another signature of the same wallet. */
@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
class FreshSignatureTest {

  private static final String UPFRONT = "/api/tools/upfront-comparison";
  private static final String ORDER = "{\"serviceId\":\"masked-face-comparison\",\"calls\":2}";

  @TempDir private static Path folder;
  private static Shop shop;
  private static TokenBuyer buyer;

  private final String key = UUID.randomUUID().toString();
  @Parameter private LedgerPlace.Kind kind;
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
    before = shop.takeStock();
  }

  @AfterEach
  void behave() {
    shop.facilitator().behave();
  }

  @Test
  @DisplayName("gets the paid answer again, is not settled, and pays for another call later")
  void replays() throws Exception {
    HttpResponse<String> first = buy(signature(), key);
    String fresh = signature();

    HttpResponse<String> again = buy(fresh, key);
    HttpResponse<String> asOften = buy(fresh, key);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertReplayed(again, first);
    assertReplayed(asOften, first);
    assertThat(again.headers().firstValue("PAYMENT-RESPONSE"))
        .isEqualTo(first.headers().firstValue("PAYMENT-RESPONSE"));
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
    HttpResponse<String> other = buy(fresh, UUID.randomUUID().toString());
    assertThat(other.statusCode()).as(other.body()).isEqualTo(200);
    assertThat(other.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(shop.since(before)).isEqualTo(new Books(2, 2, 2, 2, 400_000));
  }

  @Test
  @DisplayName("in either version, as payment-identifier, and as a tool: one purchase")
  void spellings() throws Exception {
    ObjectNode payment = payment();
    HttpResponse<String> first =
        shop.post(
            Shop.SERVICE, Shop.BODY, "X-PAYMENT", TokenBuyer.v1(payment), "Idempotency-Key", key);
    ObjectNode identified = payment();
    ((ObjectNode) identified.at("/extensions/payment-identifier/info")).put("id", key);
    ObjectNode message =
        (ObjectNode) Shop.json("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}");
    ObjectNode params = message.putObject("params").put("name", "masked_face_comparison");
    params.set("arguments", Shop.json(Shop.BODY));
    ObjectNode meta = params.putObject("_meta").put("io.tollroute/idempotency-key", key);
    meta.set("x402/payment", payment());

    HttpResponse<String> v2 = buy(signature(), key);
    HttpResponse<String> v1 =
        shop.post(
            Shop.SERVICE, Shop.BODY, "X-PAYMENT", TokenBuyer.v1(payment()), "Idempotency-Key", key);
    HttpResponse<String> extension = shop.buy(Shop.encode(identified));
    JsonNode tool = Shop.json(shop.post("/mcp", message.toString())).path("result");

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertReplayed(v2, first);
    assertReplayed(v1, first);
    assertReplayed(extension, first);
    assertThat(v2.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
    assertThat(v1.headers().firstValue("X-PAYMENT-RESPONSE")).isPresent();
    assertThat(tool.path("structuredContent")).as(tool.toString()).isEqualTo(Shop.json(first));
    assertThat(tool.path("_meta").path("io.tollroute/replayed").asBoolean()).isTrue();
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName("is taken as hardware wallets write it, counting from 0")
  void hardwareWallet() throws Exception {
    HttpResponse<String> first = buy(signature(), key);
    ObjectNode fresh = payment();
    String signature = fresh.at("/payload/signature").asText();
    String v = signature.endsWith("1b") ? "00" : "01";

    HttpResponse<String> again =
        buy(
            Shop.encode(
                Forger.withSignature(fresh, signature.substring(0, signature.length() - 2) + v)),
            key);

    assertReplayed(again, first);
  }

  @Test
  @DisplayName("of somebody else, or made up, or for another transfer, opens nothing")
  void forged() throws Exception {
    HttpResponse<String> first = buy(signature(), key);
    ObjectNode genuine = payment();
    ObjectNode changed = genuine.deepCopy();
    ((ObjectNode) changed.at("/payload/authorization")).put("nonce", "0x" + "ab".repeat(32));
    ObjectNode longer =
        Forger.withSignature(
            genuine, hex(genuine.at("/payload/authorization/from").asText() + ":" + key));
    List<ObjectNode> forgeries =
        List.of(
            Forger.signed(genuine, SandboxWallet.empty(Clock.systemUTC())),
            Forger.withSignature(genuine, "0x" + "11".repeat(65)),
            Forger.withSignature(genuine, "0x" + "00".repeat(65)),
            longer,
            Forger.malleated(genuine),
            changed);

    for (ObjectNode forgery : forgeries) {
      HttpResponse<String> answer = buy(Shop.encode(forgery), key);
      if (forgery == longer) {
        // it might be that of a contract wallet: the facilitator was asked
        assertRefused(answer, 409, "payment_identifier_used");
      } else {
        assertRefused(answer, 402, "payment_refused");
      }
      assertThat(answer.body()).doesNotContain("Similarity").doesNotContain("Confidence");
    }

    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
    assertReplayed(buy(Shop.encode(genuine), key), first);
  }

  @Test
  @DisplayName("with another request is 409, and stays unused")
  void otherRequest() throws Exception {
    assertThat(buy(signature(), key).statusCode()).isEqualTo(200);
    String fresh = signature();

    HttpResponse<String> answer = buy(fresh, Shop.magic("/b.jpg"), key);

    assertRefused(answer, 409, "payment_identifier_used");
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
    assertThat(shop.buy(fresh).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("of a contract wallet is known by the facilitator's word, and only by its yes")
  void contractWallet() throws Exception {
    HttpResponse<String> first = buy(signature(), key);
    ObjectNode fresh = payment();
    String payer = fresh.at("/payload/authorization/from").asText();
    String contract = Shop.encode(Forger.withSignature(fresh, "0x" + "17".repeat(200)));
    String yes = "{\"isValid\":true,\"payer\":\"" + payer + "\"}";
    String another = "{\"isValid\":true,\"payer\":\"0x" + "1".repeat(40) + "\"}";

    shop.facilitator().on("verify", FaultyFacilitator.answering(500, "<html>"));
    HttpResponse<String> silent = buy(contract, key);
    shop.facilitator().on("verify", FaultyFacilitator.answering(200, another));
    HttpResponse<String> lied = buy(contract, key);
    shop.facilitator().on("verify", FaultyFacilitator.answering(200, yes));
    HttpResponse<String> known = buy(contract, key);

    assertRefused(silent, 503, "facilitator_unavailable");
    assertRefused(lied, 503, "facilitator_unavailable");
    assertReplayed(known, first);
    assertThat(shop.since(before).settleCalls()).isEqualTo(1);
  }

  @Test
  @DisplayName("while the first is worked on is 409 in progress, and afterwards the same answer")
  void inProgress() throws Exception {
    String slow = Shop.magic("/sandbox/slow/2000");
    CompletableFuture<HttpResponse<String>> first = send(signature(), slow, key);
    Shop.await(() -> shop.since(before).upstream() == 1);
    String fresh = signature();

    HttpResponse<String> meanwhile = buy(fresh, slow, key);

    assertRefused(meanwhile, 409, "payment_in_progress");
    assertThat(meanwhile.headers().firstValue("Retry-After")).isPresent();
    assertThat(first.get().statusCode()).as(first.get().body()).isEqualTo(200);
    assertReplayed(buy(fresh, slow, key), first.get());
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName("twenty at once with one key: one call, one settlement")
  void atOnce() throws Exception {
    List<String> signatures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      signatures.add(signature());
    }
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    signatures.forEach(signature -> calls.add(() -> buy(signature, key)));

    List<HttpResponse<String>> answers = AtOnce.run(calls, 60);

    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 409).contains(200);
    assertThat(shop.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  @Test
  @DisplayName("while the first one's settlement is not decided is 503, never a second settlement")
  void undecided() throws Exception {
    String paid = signature();
    shop.facilitator().on("settle", FaultyFacilitator.losingTheAnswer());
    assertRefused(buy(paid, key), 503, "settlement_unknown");
    String fresh = signature();

    HttpResponse<String> undecided = buy(fresh, key);
    shop.facilitator().behave();
    HttpResponse<String> still = buy(fresh, key);
    HttpResponse<String> ended = buy(paid, key);

    assertRefused(undecided, 503, "settlement_unknown");
    assertRefused(still, 503, "settlement_unknown");
    assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
    assertReplayed(buy(fresh, key), ended);
    assertThat(shop.since(before).settled()).isEqualTo(1);
    assertThat(shop.since(before).upstream()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "after a call that failed is a new purchase, and the first signature gets its answer")
  void afterFailure() throws Exception {
    String once = Shop.magic("/sandbox/throttle-once/" + key + ".jpg");
    shop.facilitator().on("verify", 1, FaultyFacilitator.answering(500, "<html>"));
    String unused = signature();
    HttpResponse<String> failed = buy(unused, once, key);
    String fresh = signature();

    HttpResponse<String> bought = buy(fresh, once, key);
    HttpResponse<String> first = buy(unused, once, key);

    assertRefused(failed, 503, "facilitator_unavailable");
    assertThat(bought.statusCode()).as(bought.body()).isEqualTo(200);
    assertReplayed(first, bought);
    assertThat(shop.since(before).settled()).isEqualTo(1);
  }

  @Test
  @DisplayName("of an order that was paid at once shows the same token, as it stands now")
  void order() throws Exception {
    HttpResponse<String> bought = order(orderSignature());
    JsonNode token = Shop.json(bought);
    assertThat(buyer.use(token).statusCode()).isEqualTo(200);
    Books sold = shop.since(before);

    HttpResponse<String> again = order(orderSignature());

    assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(Shop.json(again).path("token")).isEqualTo(token.path("token"));
    assertThat(Shop.json(again).path("paymentId")).isEqualTo(token.path("paymentId"));
    assertThat(Shop.json(again).path("remainingCalls").asInt(-1)).isEqualTo(1);
    assertThat(shop.since(before)).isEqualTo(sold);
  }

  @Test
  @DisplayName("of an order that was paid with the same key shows it as it stands now")
  void pay() throws Exception {
    ObjectNode ordered = buyer.order(2);
    String pay = TokenBuyer.path(ordered) + "/pay";
    HttpResponse<String> paid = pay(pay, buyer.signature(ordered));
    assertThat(buyer.use(ordered).statusCode()).isEqualTo(200);
    Books sold = shop.since(before);

    HttpResponse<String> again = pay(pay, buyer.signature(ordered));

    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(Shop.json(again).path("status").asText()).isEqualTo("paid");
    assertThat(Shop.json(again).path("remainingCalls").asInt(-1)).isEqualTo(1);
    assertThat(shop.since(before)).isEqualTo(sold);
    TokenBuyer.assertNotPayable(
        shop.post(pay, "", "PAYMENT-SIGNATURE", buyer.signature(ordered)), "payment_paid");
  }

  @Test
  @DisplayName("of a call paid before the work gets the answer that is owed, without paying again")
  void owed() throws Exception {
    String once = Shop.magic("/sandbox/throttle-once/" + key + ".jpg");
    shop.facilitator().on("settle", 1, FaultyFacilitator.losingTheAnswer());
    HttpResponse<String> unknown = upfront(upfrontSignature(), once);
    shop.advance(Duration.ofSeconds(1));

    HttpResponse<String> still = upfront(upfrontSignature(), once);

    assertRefused(unknown, 503, "settlement_unknown");
    assertRefused(still, 503, "settlement_unknown");
    assertThat(shop.since(before).settled()).isEqualTo(1);

    String another = UUID.randomUUID().toString();
    String broken = Shop.magic("/sandbox/outage/status-503");
    HttpResponse<String> failed = upfront(upfrontSignature(), broken, another);
    HttpResponse<String> again = upfront(upfrontSignature(), broken, another);
    assertRefused(failed, 503, "answer_owed");
    assertRefused(again, 503, "answer_owed");
    assertThat(shop.since(before).settled()).isEqualTo(2);
  }

  @Test
  @DisplayName("an order that is told again says that it was paid since, and not how to pay it")
  void orderToldAgain() throws Exception {
    HttpResponse<String> ordered = shop.post(TokenBuyer.PAYMENTS, ORDER, "Idempotency-Key", key);
    JsonNode token = Shop.json(ordered);
    assertThat(buyer.pay(token).statusCode()).isEqualTo(200);
    assertThat(buyer.use(token).statusCode()).isEqualTo(200);

    HttpResponse<String> told = shop.post(TokenBuyer.PAYMENTS, ORDER, "Idempotency-Key", key);

    JsonNode again = Shop.json(told);
    assertThat(told.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(again.path("token")).isEqualTo(token.path("token"));
    assertThat(again.path("status").asText()).isEqualTo("paid");
    assertThat(again.path("remainingCalls").asInt(-1)).isEqualTo(1);
    assertThat(again.path("paidAt").asText()).endsWith("Z");
    assertThat(again.has("pay")).isFalse();
  }

  private static String hex(String text) {
    return "0x" + HexFormat.of().formatHex(text.getBytes());
  }

  /** A payment that names no identifier of its own. */
  private static ObjectNode payment() throws Exception {
    return unnamed(shop.payment());
  }

  private static ObjectNode unnamed(ObjectNode payment) {
    ((ObjectNode) payment.at("/extensions/payment-identifier/info")).remove("id");
    return payment;
  }

  private static String signature() throws Exception {
    return Shop.encode(payment());
  }

  private static String upfrontSignature() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(UPFRONT, ""));
    return Shop.encode(unnamed(shop.wallet().sign(demand, demand.at("/accepts/0"))));
  }

  private static String orderSignature() throws Exception {
    ObjectNode terms = buyer.order(2).deepCopy();
    terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
    ObjectNode payment = shop.wallet().sign(terms, terms.at("/accepts/0"));
    payment.remove("extensions");
    return Shop.encode(payment);
  }

  private HttpResponse<String> buy(String signature, String name) throws Exception {
    return buy(signature, Shop.BODY, name);
  }

  private HttpResponse<String> buy(String signature, String body, String name) throws Exception {
    return shop.post(Shop.SERVICE, body, "PAYMENT-SIGNATURE", signature, "Idempotency-Key", name);
  }

  private HttpResponse<String> upfront(String signature, String body) throws Exception {
    return upfront(signature, body, key);
  }

  private HttpResponse<String> upfront(String signature, String body, String name)
      throws Exception {
    return shop.post(UPFRONT, body, "PAYMENT-SIGNATURE", signature, "Idempotency-Key", name);
  }

  private HttpResponse<String> order(String signature) throws Exception {
    return shop.post(
        TokenBuyer.PAYMENTS, ORDER, "PAYMENT-SIGNATURE", signature, "Idempotency-Key", key);
  }

  private HttpResponse<String> pay(String path, String signature) throws Exception {
    return shop.post(path, "", "PAYMENT-SIGNATURE", signature, "Idempotency-Key", key);
  }

  private static CompletableFuture<HttpResponse<String>> send(
      String signature, String body, String name) {
    return shop.client()
        .sendAsync(
            HttpRequest.newBuilder(shop.base().resolve(Shop.SERVICE))
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("PAYMENT-SIGNATURE", signature)
                .header("Idempotency-Key", name)
                .build(),
            BodyHandlers.ofString());
  }

  private static void assertReplayed(HttpResponse<String> again, HttpResponse<String> first) {
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String word)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Shop.json(answer).path("error").asText()).isEqualTo(word);
  }
}
