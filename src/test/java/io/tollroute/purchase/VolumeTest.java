package io.tollroute.purchase;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.PricedServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many calls in one token may be cheaper than as many by themselves. */
class VolumeTest {

  private static final String PRICE =
      "amount: \"0.20\", volume: [{calls: 10, amount: \"1.50\"}, {calls: 100, amount: \"12.00\"}]";

  @TempDir private static Path folder;
  private static PricedServices services;
  private static Shop shop;
  private static TokenBuyer books;

  @BeforeAll
  static void open() throws Exception {
    services = new PricedServices(folder).write("many", PRICE).write("changing", PRICE);
    shop = Shop.open(services.settings("TOLLROUTE_SERVICES_POLL_MS", "50"));
    books = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @ParameterizedTest(name = "{0} calls cost {1}")
  @CsvSource({
    "1, 0.20",
    "9, 1.80",
    "10, 1.50",
    "11, 1.65",
    "99, 14.85",
    "100, 12.00",
    "1000, 120.00"
  })
  @DisplayName("an order costs what its step says, from that number of calls on")
  void ordered(int calls, String amount) throws Exception {
    ObjectNode order = books.order("many", calls);

    assertThat(order.path("amount").asText()).isEqualTo(amount);
    assertThat(new BigDecimal(order.at("/accepts/0/amount").asText()).movePointLeft(6))
        .isEqualByComparingTo(amount);
  }

  @Test
  @DisplayName("the terms say the steps, and one call by itself costs what it always did")
  void told() throws Exception {
    HttpResponse<String> unpaid = shop.post("/api/tools/many", "");

    assertThat(Shop.demand(unpaid).at("/accepts/0/amount").asText()).isEqualTo("200000");
    JsonNode steps = Shop.json(unpaid).at("/payment/pricing/volume");
    assertThat(steps.at("/0/calls").asInt()).isEqualTo(10);
    assertThat(steps.at("/0/amount").asText()).isEqualTo("1.50");
    assertThat(steps.at("/1/amount").asText()).isEqualTo("12.00");
    JsonNode tool =
        Shop.json(
            shop.post(
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                    + "{\"name\":\"many\",\"arguments\":{}}}"));
    assertThat(tool.at("/result/structuredContent/extensions/io.tollroute~1token/info/volume"))
        .isEqualTo(steps);
  }

  @Test
  @DisplayName("uses and refunds go by the cheaper price")
  void used() throws Exception {
    ObjectNode order = books.paid("many", 10);
    HttpResponse<String> used = books.use(order, "/api/tools/many", "{}");

    assertThat(used.statusCode()).as(used.body()).isEqualTo(200);
    String payment = "payments/" + order.path("paymentId").asText();
    JsonNode shown = Shop.json(books.manage("GET", payment, ""));
    assertThat(shown.path("paidCents").asInt()).isEqualTo(150);
    assertThat(shown.at("/charges/0/cents").asInt() + shown.at("/charges/1/cents").asInt())
        .isEqualTo(15 + 150);
    JsonNode refunded = Shop.json(books.manage("POST", payment + "/refund", "{}"));
    assertThat(refunded.path("refundedCents").asInt()).isEqualTo(135);
  }

  @Test
  @DisplayName("bought in one it is paid at the step that was offered, after a change too")
  void atOnce() throws Exception {
    ObjectNode terms = books.order("changing", 10);
    terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
    String signature = books.signature(terms);
    services.write("changing", "amount: \"0.30\", volume: [{calls: 10, amount: \"2.00\"}]");
    Shop.await(() -> books.order("changing", 1).path("amount").asText().equals("0.30"));

    HttpResponse<String> eleven = buy(11, signature);
    HttpResponse<String> nine = buy(9, signature);
    HttpResponse<String> ten = buy(10, signature);

    assertThat(eleven.statusCode()).as(eleven.body()).isEqualTo(402);
    assertThat(nine.statusCode()).as(nine.body()).isEqualTo(402);
    assertThat(ten.statusCode()).as(ten.body()).isEqualTo(201);
    assertThat(Shop.json(ten).path("amount").asText()).isEqualTo("1.50");
  }

  private static HttpResponse<String> buy(int calls, String signature) throws Exception {
    return shop.post(
        TokenBuyer.PAYMENTS,
        "{\"serviceId\":\"changing\",\"calls\":" + calls + "}",
        "PAYMENT-SIGNATURE",
        signature);
  }
}
