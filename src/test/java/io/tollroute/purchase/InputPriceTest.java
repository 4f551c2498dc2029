package io.tollroute.purchase;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.TextSigner;
import io.tollroute.testing.Books;
import io.tollroute.testing.PricedServices;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A price that goes by the input is the same number wherever it is told, and what is charged. */
class InputPriceTest {

  private static final String ITEMS = "per: {pointer: /urls, amount: \"0.002\", upTo: 5}";
  private static final String THREE = "{\"urls\":[\"a\",\"b\",\"c\"]}";

  @TempDir private static Path folder;
  private static PricedServices services;
  private static Shop shop;
  private static TokenBuyer books;

  @BeforeAll
  static void open() throws Exception {
    services =
        new PricedServices(folder)
            .write("items", "amount: \"0.01\", " + ITEMS)
            .write("upfront", "amount: \"0.01\", " + ITEMS, "settle: first")
            .write("only-items", "amount: \"0.00\", " + ITEMS)
            .write(
                "minutes",
                "amount: \"0.05\", per: {pointer: /seconds, amount: \"0.001\", unit: 60, upTo: 10}")
            .write("sizes", "amount: \"0.05\", per: {pointer: /size, amount: \"0.001\", upTo: 10}")
            .write(
                "deep", "amount: \"0.05\", per: {pointer: /deep/list, amount: \"0.001\", upTo: 2}");
    shop = Shop.open(services.settings("TOLLROUTE_SERVICES_POLL_MS", "50"));
    books = new TokenBuyer(shop);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  @Test
  @DisplayName("is told to programs as the lowest and the highest")
  void document() throws Exception {
    JsonNode price =
        Shop.json(shop.get("/openapi.json"))
            .path("paths")
            .path("/api/tools/items")
            .at("/post/x-payment-info/price");

    assertThat(price.path("mode").asText()).isEqualTo("dynamic");
    assertThat(price.path("min").asText()).isEqualTo("0.01");
    assertThat(price.path("max").asText()).isEqualTo("0.02");
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "items | {'urls':[]} | 10000",
        "items | {'urls':['a']} | 12000",
        "items | {'urls':['a','b','c']} | 16000",
        "items | {'urls':['a','b','c','d','e']} | 20000",
        "items | {} | 10000",
        "only-items | {'urls':['a','b']} | 4000",
        "only-items | {'urls':[]} | 2000",
        "minutes | {'seconds':0} | 50000",
        "minutes | {'seconds':0.5} | 51000",
        "minutes | {'seconds':60} | 51000",
        "minutes | {'seconds':60.000001} | 52000",
        "minutes | {'seconds':600} | 60000",
        "sizes | {'size':2} | 52000",
        "sizes | {'size':null} | 53000",
        "sizes | {} | 53000",
        "deep | {'deep':{'list':[1,2]}} | 52000",
        "deep | {'deep':{}} | 50000"
      })
  @DisplayName("an unpaid call is told the price of its input, and that is what it costs")
  void priced(String service, String body, String units) throws Exception {
    String path = "/api/tools/" + service;
    String input = body.replace('\'', '"');

    HttpResponse<String> unpaid = shop.post(path, input);
    ObjectNode demand = Shop.demand(unpaid);
    ObjectNode payment = shop.wallet().sign(demand, demand.at("/accepts/0"));
    HttpResponse<String> answer = shop.post(path, input, "PAYMENT-SIGNATURE", Shop.encode(payment));

    assertThat(demand.at("/accepts/0/amount").asText()).isEqualTo(units);
    JsonNode told = Shop.json(unpaid);
    assertThat(told.at("/accepts/0/maxAmountRequired").asText()).isEqualTo(units);
    assertThat(new BigDecimal(told.at("/payment/amount").asText()).movePointRight(6))
        .isEqualByComparingTo(units);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode charge = books.charge(payment);
    assertThat(charge.path("state").asText()).isEqualTo("settled");
    assertThat(charge.path("amount").asText()).isEqualTo(units);
    assertThat(charge.path("cents").decimalValue().movePointRight(4)).isEqualByComparingTo(units);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no json", "{\"urls\":7}", "{\"nothing\":1}"})
  @DisplayName("without an input that can be priced the lowest price is told, and the highest")
  void from(String body) throws Exception {
    HttpResponse<String> unpaid = shop.post("/api/tools/items", body);

    assertThat(unpaid.statusCode()).isEqualTo(402);
    assertThat(Shop.demand(unpaid).at("/accepts/0/amount").asText()).isEqualTo("10000");
    JsonNode pricing = Shop.json(unpaid).at("/payment/pricing");
    assertThat(pricing.path("from").asText()).isEqualTo("0.01");
    assertThat(pricing.path("upTo").asText()).isEqualTo("0.02");
    assertThat(pricing.at("/per/pointer").asText()).isEqualTo("/urls");
    assertThat(pricing.at("/per/amount").asText()).isEqualTo("0.002");
    assertThat(pricing.at("/per/upTo").asInt()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"items, PAYMENT-SIGNATURE", "items, X-PAYMENT", "upfront, PAYMENT-SIGNATURE"})
  @DisplayName("a payment for another input's price is refused with the price of this one")
  void anotherPrice(String service, String header) throws Exception {
    String path = "/api/tools/" + service;
    ObjectNode cheap = payment(path, "");
    ObjectNode dear = payment(path, THREE);
    Books before = shop.takeStock();

    HttpResponse<String> tooLittle = pay(path, header, cheap, THREE);
    HttpResponse<String> tooMuch = pay(path, header, dear, "{\"urls\":[\"a\"]}");

    for (HttpResponse<String> refused : new HttpResponse[] {tooLittle, tooMuch}) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(402);
      assertThat(Shop.json(refused).path("charged").asText()).isEqualTo("no");
      assertThat(Shop.json(refused).path("reason").asText())
          .isEqualTo("invalid_exact_evm_payload_authorization_value_mismatch");
    }
    assertThat(Shop.demand(tooLittle).at("/accepts/0/amount").asText()).isEqualTo("16000");
    assertThat(Shop.demand(tooMuch).at("/accepts/0/amount").asText()).isEqualTo("12000");
    assertThat(shop.since(before).settled()).isZero();
    assertThat(pay(path, header, cheap, "{\"urls\":[]}").statusCode()).isEqualTo(200);
    assertThat(pay(path, header, dear, THREE).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "items | {'urls':['a','b','c','d','e','f']} | /urls",
        "minutes | {'seconds':-1} | /seconds",
        "minutes | {'seconds':600.1} | /seconds",
        "minutes | {'seconds':999999999999999999999999999999999999} | /seconds",
        "sizes | {'size':-5} | /size",
        "sizes | {'size':11} | /size"
      })
  @DisplayName("negative and huge counts are refused at their place, and nothing is charged")
  void counts(String service, String body, String pointer) throws Exception {
    String path = "/api/tools/" + service;
    String input = body.replace('\'', '"');
    ObjectNode payment = payment(path, input);
    Books before = shop.takeStock();

    HttpResponse<String> refused = pay(path, "PAYMENT-SIGNATURE", payment, input);

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(Shop.json(refused).path("error").asText()).isEqualTo("invalid_request");
    assertThat(Shop.json(refused).path("param").asText()).isEqualTo(pointer);
    assertThat(Shop.json(refused).path("charged").asText()).isEqualTo("no");
    assertThat(shop.since(before).settled()).isZero();
  }

  @Test
  @DisplayName("the free check says the price of the input, and what is too much")
  void check() throws Exception {
    JsonNode three = Shop.json(shop.post("/api/tools/items/check", THREE)).path("data");
    JsonNode six =
        Shop.json(
                shop.post(
                    "/api/tools/items/check", "{\"urls\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}"))
            .path("data");

    assertThat(three.path("valid").asBoolean()).as(three.toString()).isTrue();
    assertThat(three.at("/price/amount").asText()).isEqualTo("0.016");
    assertThat(six.path("valid").asBoolean()).as(six.toString()).isFalse();
    assertThat(six.at("/problems/0/param").asText()).isEqualTo("/urls");
  }

  @Test
  @DisplayName("over MCP the terms, the sentence and the charge say the same number")
  void tool() throws Exception {
    JsonNode demand = call("only_items", THREE, "").path("result");
    ObjectNode terms = (ObjectNode) demand.at("/structuredContent");
    ObjectNode payment = shop.wallet().sign(terms, terms.at("/accepts/0"));
    JsonNode answer =
        call("only_items", THREE, ",\"_meta\":{\"x402/payment\":" + payment + "}").path("result");

    assertThat(terms.at("/accepts/0/amount").asText()).isEqualTo("6000");
    assertThat(demand.at("/content/1/text").asText()).contains("costs USD 0.006 per");
    assertThat(terms.at("/extensions/io.tollroute~1token/info/body/units").asInt()).isEqualTo(3);
    assertThat(answer.path("isError").asBoolean()).as(answer.toString()).isFalse();
    assertThat(books.charge(payment).path("amount").asText()).isEqualTo("6000");
    assertThat(shop.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}").body())
        .contains("Costs USD 0.002 to 0.01, by the input, per answered call");
  }

  @Test
  @DisplayName("the same payment for the same input again is the same answer")
  void again() throws Exception {
    ObjectNode payment = payment("/api/tools/items", THREE);

    HttpResponse<String> first = pay("/api/tools/items", "PAYMENT-SIGNATURE", payment, THREE);
    HttpResponse<String> second = pay("/api/tools/items", "PAYMENT-SIGNATURE", payment, THREE);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
  }

  @Nested
  @DisplayName("with a token")
  class Token {

    @Test
    @DisplayName("calls are bought for inputs up to a size, which the terms say")
    void bought() throws Exception {
      JsonNode body =
          Shop.json(shop.post("/api/tools/items", THREE)).at("/payment/createPayment/body");
      ObjectNode order = books.order(body.toString());
      HttpResponse<String> paid = books.pay(order);

      assertThat(body.path("units").asInt()).isEqualTo(3);
      assertThat(order.path("amount").asText()).isEqualTo("0.016");
      assertThat(order.path("unitsPerCall").asInt()).isEqualTo(3);
      assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
      TokenBuyer.assertRefused(
          books.use(
              order, "/api/tools/items", "{\"urls\":[1,2,3,4]}".replaceAll("(\\d)", "\"$1\"")),
          "token_too_small");
      assertThat(books.remaining(order)).isEqualTo(1);
      HttpResponse<String> used = books.use(order, "/api/tools/items", THREE);
      assertThat(used.statusCode()).as(used.body()).isEqualTo(200);
    }

    @Test
    @DisplayName("a token is too small in whatever header or field it comes")
    void everywhere() throws Exception {
      ObjectNode order = books.order("{\"serviceId\":\"items\",\"calls\":3,\"units\":1}");
      assertThat(books.pay(order).statusCode()).isEqualTo(200);
      String token = TokenBuyer.token(order);

      TokenBuyer.assertRefused(books.use(order, "/api/tools/items", THREE), "token_too_small");
      TokenBuyer.assertRefused(
          shop.post("/api/tools/items", THREE, "Authorization", "Bearer " + token),
          "token_too_small");
      String arguments = THREE.replace("}", ",\"paymentToken\":\"" + token + "\"}");
      assertThat(call("items", arguments, "").path("result").toString())
          .contains("token_too_small");

      assertThat(books.remaining(order)).isEqualTo(3);
      assertThat(
              shop.post(
                      "/api/tools/items", "{\"urls\":[\"a\"]}", "Authorization", "Bearer " + token)
                  .statusCode())
          .isEqualTo(200);
    }

    @Test
    @DisplayName("one that makes an owed answer good is good for as much as was paid for")
    void credit() throws Exception {
      services.write("broken", "amount: \"0.01\", " + ITEMS, "settle: first");
      Shop.await(() -> units("broken", THREE).equals("16000"));
      ObjectNode payment = payment("/api/tools/broken", THREE);
      HttpResponse<String> owed = pay("/api/tools/broken", "PAYMENT-SIGNATURE", payment, THREE);
      ObjectNode claim = (ObjectNode) Shop.json("{}");
      claim.put("payer", payment.at("/payload/authorization/from").asText());
      claim.put("nonce", payment.at("/payload/authorization/nonce").asText());
      JsonNode challenge = Shop.json(shop.post("/api/credits", claim.toString()));
      claim.put("until", challenge.path("until").asText());
      claim.put("signature", TextSigner.sign(shop.wallet(), challenge.path("message").asText()));
      HttpResponse<String> credit = shop.post("/api/credits", claim.toString());

      assertThat(Shop.json(owed).path("error").asText()).as(owed.body()).isEqualTo("answer_owed");
      assertThat(credit.statusCode()).as(credit.body()).isEqualTo(201);
      assertThat(Shop.json(credit).path("amount").asText()).isEqualTo("0.016");
      assertThat(Shop.json(credit).path("unitsPerCall").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"serviceId\":\"items\"}",
          "{\"serviceId\":\"items\",\"units\":6}",
          "{\"serviceId\":\"items\",\"units\":0}",
          "{\"serviceId\":\"items\",\"units\":-1}",
          "{\"serviceId\":\"items\",\"units\":1.5}"
        })
    @DisplayName("an order that does not say for how much, or for too much, is refused")
    void unsaid(String order) throws Exception {
      HttpResponse<String> refused = shop.post(TokenBuyer.PAYMENTS, order);

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(Shop.json(refused).path("param").asText()).isEqualTo("/units");
    }

    @Test
    @DisplayName("bought in one it costs what its calls cost with so much, and no less buys it")
    void atOnce() throws Exception {
      String order = "{\"serviceId\":\"items\",\"calls\":2,\"units\":%d}";
      ObjectNode terms = books.order(order.formatted(3));
      terms.withObject("/resource").put("url", shop.base() + TokenBuyer.PAYMENTS);
      String signature = books.signature(terms);

      HttpResponse<String> more =
          shop.post(TokenBuyer.PAYMENTS, order.formatted(4), "PAYMENT-SIGNATURE", signature);
      HttpResponse<String> bought =
          shop.post(TokenBuyer.PAYMENTS, order.formatted(3), "PAYMENT-SIGNATURE", signature);

      assertThat(more.statusCode()).as(more.body()).isEqualTo(402);
      assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
      assertThat(Shop.json(bought).path("amount").asText()).isEqualTo("0.032");
    }
  }

  @Nested
  @DisplayName("after the price has changed")
  class Change {

    @Test
    @DisplayName("a payment of before buys its input at the price of before, while that is offered")
    void kept() throws Exception {
      services.write("changing", "amount: \"0.01\", " + ITEMS);
      Shop.await(() -> units("changing", THREE).equals("16000"));
      ObjectNode kept = payment("/api/tools/changing", THREE);
      ObjectNode late = payment("/api/tools/changing", THREE);
      ObjectNode order = books.order("{\"serviceId\":\"changing\",\"units\":3}");
      services.write("changing", "amount: \"0.05\", " + ITEMS.replace("0.002", "0.003"));
      Shop.await(() -> units("changing", THREE).equals("59000"));

      HttpResponse<String> sold = pay("/api/tools/changing", "PAYMENT-SIGNATURE", kept, THREE);
      HttpResponse<String> other =
          pay("/api/tools/changing", "PAYMENT-SIGNATURE", late, "{\"urls\":[\"a\"]}");
      HttpResponse<String> ordered = books.pay(order);
      shop.advance(Duration.ofSeconds(320));
      HttpResponse<String> over = pay("/api/tools/changing", "PAYMENT-SIGNATURE", late, THREE);

      assertThat(sold.statusCode()).as(sold.body()).isEqualTo(200);
      assertThat(books.charge(kept).path("amount").asText()).isEqualTo("16000");
      assertThat(other.statusCode()).as("the price of three is not that of one").isEqualTo(402);
      assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(200);
      assertThat(Shop.json(ordered).path("amount").asText()).isEqualTo("0.016");
      assertThat(over.statusCode()).as(over.body()).isEqualTo(402);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PAYMENT-SIGNATURE", "X-PAYMENT"})
  @DisplayName("after it goes by the input no more, a payment buys the input that it was made for")
  void flat(String header) throws Exception {
    String id = "flat-" + header.toLowerCase(Locale.ROOT).length();
    String path = "/api/tools/" + id;
    services.write(id, "amount: \"0.01\", " + ITEMS);
    Shop.await(() -> units(id, THREE).equals("16000"));
    ObjectNode lowest = payment(path, "");
    ObjectNode three = payment(path, THREE);
    pay(path, header, payment(path, ""), "{}");
    services.write(id, "amount: \"0.50\"");
    Shop.await(() -> units(id, THREE).equals("500000"));

    HttpResponse<String> more = pay(path, header, lowest, THREE);
    HttpResponse<String> bought = pay(path, header, three, THREE);

    assertThat(more.statusCode()).as(more.body()).isEqualTo(402);
    assertThat(bought.statusCode()).as(bought.body()).isEqualTo(200);
    assertThat(books.charge(three).path("amount").asText()).isEqualTo("16000");
  }

  private static JsonNode call(String tool, String arguments, String more) throws Exception {
    return Shop.json(
        shop.post(
            "/mcp",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":"
                + arguments
                + more
                + "}}"));
  }

  private static String units(String service, String body) throws Exception {
    HttpResponse<String> answer = shop.post("/api/tools/" + service, body);
    return answer.statusCode() == 402
        ? Shop.demand(answer).at("/accepts/0/amount").asText()
        : answer.body();
  }

  private static ObjectNode payment(String path, String body) throws Exception {
    ObjectNode demand = Shop.demand(shop.post(path, body));
    return shop.wallet().sign(demand, demand.at("/accepts/0"));
  }

  private static HttpResponse<String> pay(
      String path, String header, ObjectNode payment, String body) throws Exception {
    String value = header.equals("X-PAYMENT") ? TokenBuyer.v1(payment) : Shop.encode(payment);
    return shop.post(path, body, header, value);
  }
}
