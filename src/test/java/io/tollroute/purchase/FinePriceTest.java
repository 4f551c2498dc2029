package io.tollroute.purchase;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.testing.FaceServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A price finer than a cent is told, taken, booked and paid back to the millionth. */
class FinePriceTest {

  private static final String PATH = "/api/tools/fine";

  @TempDir private static Path folder;
  private static Shop shop;
  private static TokenBuyer books;

  @BeforeAll
  static void open() throws Exception {
    FaceServices services = new FaceServices(folder);
    services.write("fine", "0.0015");
    services.write("finest", "0.000001");
    services.write("whole", "0.50");
    shop =
        Shop.open(
            Map.of(
                "TOLLROUTE_SERVICES",
                folder.toString(),
                "TOLLROUTE_PAYMENTS_PROVIDERS",
                "x402,manual"));
    books = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName("the 402 says it in the token's units and in words, and no cents that it has not")
  void told() throws Exception {
    HttpResponse<String> answer = shop.post(PATH, "");
    JsonNode whole = Shop.json(shop.post("/api/tools/whole", "")).path("payment");

    assertThat(Shop.demand(answer).at("/accepts/0/amount").asText()).isEqualTo("1500");
    JsonNode payment = Shop.json(answer).path("payment");
    assertThat(Shop.json(answer).at("/accepts/0/maxAmountRequired").asText()).isEqualTo("1500");
    assertThat(payment.path("amount").asText()).isEqualTo("0.0015");
    assertThat(payment.has("amountCents")).isFalse();
    assertThat(whole.path("amount").asText()).isEqualTo("0.50");
    assertThat(whole.path("amountCents").asInt()).isEqualTo(50);
  }

  @Test
  @DisplayName("a call costs it, in the buyer's money and in the operator's books")
  void call() throws Exception {
    ObjectNode payment = payment();
    long received = received();

    HttpResponse<String> answer =
        shop.post(PATH, Shop.BODY, "PAYMENT-SIGNATURE", Shop.encode(payment));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(received() - received).isEqualTo(1500);
    JsonNode charge = books.charge(payment);
    assertThat(charge.path("cents").asText()).isEqualTo("0.15");
    assertThat(charge.path("paidCents").asText()).isEqualTo("0.15");
  }

  @Test
  @DisplayName("over MCP it is the same number")
  void tool() throws Exception {
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"finest\","
            + "\"arguments\":"
            + Shop.BODY
            + "}}";
    String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

    JsonNode demand = Shop.json(shop.post("/mcp", call)).path("result");
    String tools = shop.post("/mcp", list).body();

    assertThat(demand.at("/structuredContent/accepts/0/amount").asText()).isEqualTo("1");
    assertThat(demand.at("/content/1/text").asText()).contains("costs USD 0.000001 per");
    assertThat(tools)
        .contains("Costs USD 0.000001 per answered call")
        .contains("\"agents-x402/priceUSD\":0.000001");
  }

  @Test
  @DisplayName("three calls of a token cost three times as much, and the rest is paid back exactly")
  void token() throws Exception {
    ObjectNode order = books.order("fine", 3);
    long received = received();

    HttpResponse<String> paid = books.pay(order);
    HttpResponse<String> used = books.use(order, PATH, Shop.BODY);

    assertThat(order.path("amount").asText()).isEqualTo("0.0045");
    assertThat(order.has("amountCents")).isFalse();
    assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
    assertThat(used.statusCode()).as(used.body()).isEqualTo(200);
    assertThat(received() - received).isEqualTo(4500);
    String payment = "payments/" + order.path("paymentId").asText();
    JsonNode shown = Shop.json(books.manage("GET", payment, ""));
    assertThat(shown.path("cents").asText()).isEqualTo("0.15");
    assertThat(shown.path("paidCents").asText()).isEqualTo("0.45");
    HttpResponse<String> tooMuch = books.manage("POST", payment + "/refund", "{\"cents\":0.4501}");
    assertThat(tooMuch.statusCode()).as(tooMuch.body()).isEqualTo(409);
    assertThat(tooMuch.body()).contains("the 0.45 cents that can be");
    JsonNode refunded = Shop.json(books.manage("POST", payment + "/refund", "{}"));
    assertThat(refunded.path("refundedCents").asText()).isEqualTo("0.3");
    assertThat(books.manage("GET", "reconcile", "").body()).doesNotContain("\"price\"");
  }

  @Test
  @DisplayName("a token that is bought at once costs the same, and nothing less buys it")
  void atOnce() throws Exception {
    ObjectNode terms = books.order("fine", 3);
    terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);

    HttpResponse<String> bought =
        shop.post(
            TokenBuyer.PAYMENTS,
            "{\"serviceId\":\"fine\",\"calls\":3}",
            "PAYMENT-SIGNATURE",
            books.signature(terms));
    HttpResponse<String> more =
        shop.post(
            TokenBuyer.PAYMENTS,
            "{\"serviceId\":\"fine\",\"calls\":4}",
            "PAYMENT-SIGNATURE",
            books.signature(terms));

    assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
    assertThat(Shop.json(bought).path("amount").asText()).isEqualTo("0.0045");
    assertThat(more.statusCode()).as(more.body()).isEqualTo(402);
  }

  @Test
  @DisplayName("an invoice is paid with its price and not a millionth less; what is beyond is owed")
  void invoice() throws Exception {
    ObjectNode order =
        books.order("{\"serviceId\":\"fine\",\"calls\":3,\"providerId\":\"manual\"}");
    String payment = "payments/" + order.path("paymentId").asText();

    HttpResponse<String> less =
        books.manage("POST", payment + "/paid", "{\"cents\":0.4499,\"reference\":\"wire\"}");
    HttpResponse<String> more =
        books.manage("POST", payment + "/paid", "{\"cents\":0.46,\"reference\":\"wire\"}");

    assertThat(less.statusCode()).as(less.body()).isEqualTo(409);
    assertThat(less.body()).contains("0.4499 cents are less than its price of 0.45");
    assertThat(more.statusCode()).as(more.body()).isEqualTo(200);
    assertThat(Shop.json(more).path("excessCents").asText()).isEqualTo("0.01");
    JsonNode back = Shop.json(books.manage("POST", payment + "/refund", "{\"excess\":true}"));
    assertThat(back.path("refundedCents").asText()).isEqualTo("0.01");
    assertThat(back.path("state").asText()).isEqualTo("paid");
  }

  @Test
  @DisplayName("the operator's sums are exact")
  void totals() throws Exception {
    JsonNode before = books.totals();

    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer =
          shop.post(PATH, Shop.magic("/" + i), "PAYMENT-SIGNATURE", Shop.encode(payment()));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    assertThat(
            books
                .totals()
                .path("receivedCents")
                .decimalValue()
                .subtract(before.path("receivedCents").decimalValue()))
        .isEqualByComparingTo("0.45");
  }

  private static long received() throws Exception {
    return shop.books()
        .path("balances")
        .path(SandboxChain.PAY_TO.toLowerCase(Locale.ROOT))
        .asLong();
  }

  private static ObjectNode payment() throws Exception {
    ObjectNode demand = Shop.demand(shop.post(PATH, ""));
    return shop.wallet().sign(demand, demand.at("/accepts/0"));
  }
}
